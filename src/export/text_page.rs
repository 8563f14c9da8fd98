//! A sentence as a page for a browser: every word in the colour of what the gradient reaches at it, as text that can be
//! marked, copied and read out.

use std::fmt::Write;

use super::figure::{EXPERIMENT_NAMESPACE, escaped, finding, summary};
use super::figure_metadata;
use super::sight::Sight;
use crate::flow::percent;
use crate::scene::{Colour, Memo, View, WordShares, ink_on};

/// How the page looks, for whatever colours its theme has.
const STYLE: &str = "body { font-family: 'DejaVu Sans Condensed', 'DejaVu Sans', sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; line-height: 1.4; }
h1 { font-size: 1.1em; }
.words span { display: inline-block; border-radius: 0.25em; padding: 0.15em 0.35em; margin: 0.12em; }
.words small { display: block; font-size: 0.62em; }
.unknown { text-decoration: underline dotted; }
experiment { display: none; }";

/// The page of the sentence of `sight`, which carries its experiment as figures do.
pub fn text_page(sight: &Sight<'_>) -> String {
    let snapshot = sight.snapshot;
    let colours = sight.theme.colours();
    let shares = WordShares::of(snapshot);
    let subject_memo = Memo::default();
    let subject = sight.subject(View::TEXT, &subject_memo);
    let mut words = String::new();
    for t in (1..=snapshot.len()).filter(|t| !snapshot.is_padding(*t)) {
        let fill = shares
            .gain(t)
            .map_or(colours.node, |gain| colours.of_pixel(gain).0);
        let share = shares.share(t).map_or_else(String::new, |share| {
            format!("<small>{}</small>", escaped(&percent(share)))
        });
        let says = (View::TEXT.definition().says)(&subject, 0, [t as f64, 0.0]);
        let class = match snapshot.word(t) {
            Some(word) if !word.known => " class=\"unknown\"",
            _ => "",
        };
        let _ = writeln!(
            words,
            "<span{class} style=\"background: {}; color: {}\" title=\"{}\">{}{share}</span>",
            css(fill),
            css(ink_on(fill)),
            escaped(&says.unwrap_or_default()),
            escaped(snapshot.input_text(t)),
        );
    }
    let title = escaped(&format!("BPTT Scope: {}", View::TEXT.name()));
    format!(
        "<!DOCTYPE html>
<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">
<head>
<meta charset=\"utf-8\"/>
<meta name=\"viewport\" content=\"width=device-width\"/>
<title>{title}</title>
<style>
{STYLE}
body {{ background: {}; color: {}; }}
</style>
</head>
<body>
<h1>{}</h1>
<p>{}</p>
<p class=\"words\">
{words}</p>
<p><small>A word's share is ‖∂L/∂xₜ‖ over the sum of all words'. Its colour is ‖∂L/∂xₜ‖ over that of the last word: blue where less of the gradient reaches it, orange where more does.</small></p>
<experiment xmlns=\"{EXPERIMENT_NAMESPACE}\" xml:space=\"preserve\">{}</experiment>
</body>
</html>
",
        css(colours.sheet),
        css(colours.measured),
        escaped(&finding(snapshot)),
        escaped(&summary(snapshot)),
        escaped(&figure_metadata(snapshot, None)),
    )
}

fn css([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::export::experiment_in;
    use crate::scene::Look;
    use crate::scene::testing::moment;

    #[test]
    fn a_page_has_every_word_and_opens_as_its_experiment() {
        let snapshot = moment(3, |e| e.probe.text = "not <bad> & \"xyzzy\"".to_owned());
        let look = Look::of(&snapshot);
        let page = text_page(&Sight::new(&snapshot, &look));
        for word in [">not<small>", ">bad<small>", ">xyzzy<small>"] {
            assert!(page.contains(word), "{page}");
        }
        assert!(page.contains("<span class=\"unknown\""));
        assert!(!page.contains("padding:  ") && page.matches("<span").count() == 3);
        let opened = experiment_in(Path::new("page.html"), page.as_bytes()).unwrap();
        assert_eq!(opened.experiment, *snapshot.moment.experiment);
    }
}
