//! A formula in letters, for whoever hears it and cannot see it.

/// Commands of TeX that are a sign, and the sign; those that only move things are nothing.
const SIGNS: [(&str, &str); 49] = [
    ("partial", "∂"),
    ("sum", "∑ "),
    ("prod", "∏ "),
    ("cdot", " · "),
    ("times", " × "),
    ("cdots", " … "),
    ("dots", " … "),
    ("ldots", " … "),
    ("le", " ≤ "),
    ("leq", " ≤ "),
    ("ge", " ≥ "),
    ("geq", " ≥ "),
    ("ne", " ≠ "),
    ("neq", " ≠ "),
    ("approx", " ≈ "),
    ("ll", " ≪ "),
    ("gg", " ≫ "),
    ("top", "ᵀ"),
    ("to", " → "),
    ("rightarrow", " → "),
    ("leftarrow", " ← "),
    ("in", " in "),
    ("infty", "∞"),
    ("quad", " "),
    ("qquad", " "),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("eta", "η"),
    ("theta", "θ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("phi", "φ"),
    ("varepsilon", "ε"),
    ("epsilon", "ε"),
    ("ln", "ln "),
    ("log", "log "),
    ("tanh", "tanh "),
    ("max", "max "),
    ("min", "min "),
    ("exp", "exp "),
    ("prime", "′"),
    ("lVert", "‖"),
    ("rVert", "‖"),
    ("|", "‖"),
];

/// `tex` in letters that are read out: `\frac{\partial L}{\partial w_h}` is `∂L/∂w_h`.
pub fn spoken(tex: &str) -> String {
    let mut reader = Reader { rest: tex };
    let words = reader.until_end();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Everything up to the end, or up to the brace that closes what is open here.
    fn until_end(&mut self) -> String {
        let mut said = String::new();
        while !self.rest.is_empty() && !self.take("}") {
            said.push_str(&self.next());
        }
        said
    }

    /// The next group, command or sign.
    fn next(&mut self) -> String {
        if self.take("{") {
            return self.until_end();
        }
        if self.take("\\") {
            return self.command();
        }
        let Some(sign) = self.rest.chars().next() else {
            return String::new();
        };
        self.rest = &self.rest[sign.len_utf8()..];
        match sign {
            '_' | '^' => {
                let script = self.next();
                let script = script.trim();
                let is_short = script.chars().count() == 1;
                match (is_short, script) {
                    (true, "′" | "*" | "ᵀ") => script.to_owned(),
                    (true, _) => format!("{sign}{script}"),
                    (false, _) => format!("{sign}({script})"),
                }
            }
            '~' | '&' => " ".to_owned(),
            '=' | '+' | '<' | '>' => format!(" {sign} "),
            '\'' => "′".to_owned(),
            sign => sign.to_string(),
        }
    }

    fn command(&mut self) -> String {
        let letters = self
            .rest
            .find(|char: char| !char.is_ascii_alphabetic())
            .unwrap_or(self.rest.len());
        let length = if letters == 0 {
            self.rest.chars().next().map_or(0, char::len_utf8)
        } else {
            letters
        };
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest.trim_start();
        match name {
            "frac" | "tfrac" | "dfrac" => {
                let (above, below) = (self.next(), self.next());
                format!("{}/{}", in_brackets(&above), in_brackets(&below))
            }
            "sqrt" => format!("√({})", self.next()),
            "textcolor" | "color" => {
                self.next();
                String::new()
            }
            "," | ";" | ":" | "!" | " " | "left" | "right" | "big" | "Big" | "bigl" | "bigr"
            | "Bigl" | "Bigr" | "biggl" | "biggr" | "displaystyle" | "textstyle" | "limits" => {
                String::new()
            }
            "hat" => format!("{}\u{302}", self.next()),
            _ => match SIGNS.iter().find(|(known, _)| *known == name) {
                Some((_, sign)) => (*sign).to_owned(),
                // Names of styles, and of what stands for itself: \text{…}, \mathrm{…}, \%.
                None if self.rest.starts_with('{') || letters == 0 && name != "\\" => {
                    if letters == 0 {
                        name.to_owned()
                    } else {
                        String::new()
                    }
                }
                None => format!(" {name} "),
            },
        }
    }

    fn take(&mut self, start: &str) -> bool {
        match self.rest.strip_prefix(start) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// In brackets what would fall apart beside a stroke.
fn in_brackets(part: &str) -> String {
    let part = part.trim();
    if part.contains([' ', '+', '−', '-']) {
        format!("({part})")
    } else {
        part.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_said_as_they_are_read() {
        for (tex, said) in [
            (r"w_h", "w_h"),
            (r"\frac{\partial L}{\partial w_h}", "∂L/∂w_h"),
            (r"o_{t-1}", "o_(t-1)"),
            (r"\prod_{t=2}^{j} f'(a_t)\,w_h", "∏ _(t = 2)^j f′(a_t)w_h"),
            (r"\hat y = \sigma(z)", "y\u{302} = σ(z)"),
            (r"\tfrac14", "1/4"),
            (r"\frac{1}{1+e^{-a}}", "1/(1 + e^(-a))"),
            (r"\lVert P\rVert_2 \le \sigma_1^{n-k}", "‖P‖_2 ≤ σ_1^(n-k)"),
            (r"\text{loss } 3\,\%", "loss 3%"),
            (r"{{unclosed", "unclosed"),
            (r"", ""),
        ] {
            assert_eq!(spoken(tex), said, "{tex}");
        }
    }
}
