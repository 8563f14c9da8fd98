//! Which source file takes something from which: `use` trees and paths in the code, through `super` and through
//! every `pub use` that hands a name on (as the `mod.rs` of a folder does), to the file where the name is defined.

use std::collections::{BTreeMap, BTreeSet};

/// A module path, such as `["rnn", "vectorised"]`.
type Module = Vec<String>;

/// The modules of a crate, each with the code of its file.
pub struct House {
    files: BTreeMap<Module, File>,
}

#[derive(Default)]
struct File {
    /// What it takes in, and what it hands on.
    uses: Vec<Use>,
    /// Paths in the code itself.
    paths: Vec<Vec<String>>,
    /// Every name in the code itself.
    names: BTreeSet<String>,
}

struct Use {
    path: Vec<String>,
    /// What it is called here; `*` for everything.
    name: String,
    is_public: bool,
}

impl House {
    /// Of files, each with its path below `src`, such as `rnn/vectorised/mod.rs`, and its code.
    pub fn new(files: impl IntoIterator<Item = (String, String)>) -> Self {
        let files: Vec<(String, String)> = files.into_iter().collect();
        let program = files.iter().find(|(path, _)| path == "main.rs");
        let of_program = program.map_or_else(Vec::new, |(_, code)| declared(&words(code)));
        let files = files.iter().map(|(path, code)| {
            let mut module = module_of(path);
            // The program is another crate than the library beside it.
            if module.first().is_some_and(|name| of_program.contains(name)) {
                module.insert(0, "main".to_owned());
            }
            (module, File::read(code))
        });
        Self {
            files: files.collect(),
        }
    }

    /// Files that take from each other in a circle, each circle sorted.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let arrows: BTreeMap<&Module, BTreeSet<&Module>> = self
            .files
            .keys()
            .map(|module| (module, self.taken_from(module)))
            .collect();
        let reached: BTreeMap<&Module, BTreeSet<&Module>> = arrows
            .keys()
            .map(|module| (*module, reached_from(module, &arrows)))
            .collect();
        let mut circles = BTreeSet::new();
        for (module, from_here) in &reached {
            let circle: Vec<String> = from_here
                .iter()
                .filter(|other| reached[**other].contains(module))
                .map(|other| other.join("::"))
                .collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// The modules in whose files `module` finds what it names.
    fn taken_from(&self, module: &Module) -> BTreeSet<&Module> {
        let file = &self.files[module];
        // What is only handed on is not needed here.
        let needed = file
            .uses
            .iter()
            .filter(|it| !it.is_public || file.names.contains(&it.name));
        let paths = needed.map(|it| &it.path).chain(&file.paths);
        let found = paths.filter_map(|path| self.resolve(module, path, 0));
        let all_of = file.uses.iter().filter(|it| it.name == "*");
        let handed_on = all_of.flat_map(|it| self.handed_on_to(file, module, &it.path));
        let found = found.chain(handed_on);
        found.filter(|other| *other != module).collect()
    }

    /// Where that is defined which `file` names and `face`, of which it takes everything, hands on.
    fn handed_on_to(&self, file: &File, module: &Module, face: &[String]) -> Vec<&Module> {
        let Some(face) = self.resolve(module, face, 0) else {
            return Vec::new();
        };
        let uses = self.files[face].uses.iter();
        let named = uses.filter(|it| it.is_public && file.names.contains(&it.name));
        let found = named.filter_map(|it| self.resolve(face, &it.path, 0));
        found.collect()
    }

    /// Where the last name of `path`, as it is written in `module`, is defined.
    fn resolve(&self, module: &Module, path: &[String], depth: usize) -> Option<&Module> {
        /// Names are handed on from floor to floor, and no further.
        const DEEPEST: usize = 20;
        let mut place = module.clone();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => {
                // The floor of the network is a package of its own, in its folder.
                let of_package = |module: &&Module| module.first().is_some_and(|it| it == "rnn");
                place.truncate(usize::from(of_package(&module)));
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {
                while let Some("super") = rest.first().map(String::as_str) {
                    place.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                let child: Module = [&place[..], &[first.to_owned()]].concat();
                self.files.get(&child)?;
            }
        }
        while let Some(name) = rest.first() {
            let child: Module = [&place[..], std::slice::from_ref(name)].concat();
            if !self.files.contains_key(&child) {
                break;
            }
            place = child;
            rest = &rest[1..];
        }
        let (at, file) = self.files.get_key_value(&place)?;
        let Some(name) = rest.first() else {
            return Some(at);
        };
        let handed_on = file
            .uses
            .iter()
            .find(|it| it.is_public && it.name == *name)
            .filter(|_| depth < DEEPEST);
        match handed_on {
            // What comes of a module within the file is the file's.
            Some(handed_on) => self.resolve(at, &handed_on.path, depth + 1).or(Some(at)),
            None => Some(at),
        }
    }
}

fn reached_from<'a>(
    from: &'a Module,
    arrows: &BTreeMap<&'a Module, BTreeSet<&'a Module>>,
) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&Module> = arrows[from].iter().copied().collect();
    while let Some(next) = ahead.pop() {
        if reached.insert(next) {
            ahead.extend(&arrows[next]);
        }
    }
    reached
}

fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    match path {
        "lib" | "mod" => Module::new(),
        _ => path.split('/').map(str::to_owned).collect(),
    }
}

impl File {
    fn read(code: &str) -> Self {
        let words = words(&without_tests(code));
        let mut file = Self::default();
        // Braces that are open, and at how many of them a module within the file began.
        let (mut open, mut within) = (0, Vec::new());
        let mut at = 0;
        while at < words.len() {
            match words[at].as_str() {
                "{" => {
                    open += 1;
                    if at >= 2 && words[at - 2] == "mod" {
                        within.push(open);
                    }
                }
                "}" => {
                    if within.last() == Some(&open) {
                        within.pop();
                    }
                    open -= 1;
                }
                // `use<'a>` in a type names what it captures.
                "use" if words.get(at + 1).is_none_or(|it| it != "<") => {
                    let is_public = at > 0 && matches!(words[at - 1].as_str(), "pub" | ")");
                    let end = at + words[at..].iter().position(|it| it == ";").unwrap_or(1);
                    let first = file.uses.len();
                    read_tree(&words[at + 1..end], &[], is_public, &mut file.uses);
                    for taken in &mut file.uses[first..] {
                        from_the_file(&mut taken.path, within.len());
                    }
                    at = end;
                }
                word if is_name(word) && words.get(at + 1).is_some_and(|it| it == "::") => {
                    let mut path = vec![words[at].clone()];
                    while words.get(at + 1).is_some_and(|it| it == "::")
                        && words.get(at + 2).is_some_and(|it| is_name(it))
                    {
                        path.push(words[at + 2].clone());
                        at += 2;
                    }
                    file.names.insert(path[0].clone());
                    from_the_file(&mut path, within.len());
                    file.paths.push(path);
                }
                word => {
                    file.names.insert(word.to_owned());
                }
            }
            at += 1;
        }
        file
    }
}

/// Makes `path`, as it is written `depth` modules deep within a file, what it would be outside of them.
fn from_the_file(path: &mut Vec<String>, depth: usize) {
    let supers = path.iter().take_while(|name| *name == "super").count();
    if supers > 0 && depth > 0 {
        path.drain(..supers.min(depth));
        path.insert(0, "self".to_owned());
        if supers > depth {
            path.remove(0);
        }
    }
}

/// The modules that `words` declare as files of their own.
fn declared(words: &[String]) -> Vec<String> {
    let found = words.windows(3).filter(|it| it[0] == "mod" && it[2] == ";");
    found.map(|it| it[1].clone()).collect()
}

/// Reads a tree such as `a::{b, c::{self, d as e}}` behind `prefix`.
fn read_tree(words: &[String], prefix: &[String], is_public: bool, uses: &mut Vec<Use>) {
    let mut path = prefix.to_vec();
    let mut at = 0;
    while at < words.len() {
        match words[at].as_str() {
            "::" => {}
            "{" => {
                for branch in branches(&words[at + 1..words.len() - 1]) {
                    read_tree(branch, &path, is_public, uses);
                }
                return;
            }
            "as" => {
                uses.push(Use {
                    path,
                    name: words[at + 1].clone(),
                    is_public,
                });
                return;
            }
            "self" if !path.is_empty() => {}
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    if let Some(name) = path.last().cloned() {
        if name == "*" {
            path.pop();
        }
        uses.push(Use {
            path,
            name,
            is_public,
        });
    }
}

/// What stands between the commas that are in no bracket.
fn branches(words: &[String]) -> Vec<&[String]> {
    let (mut found, mut begin, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        match word.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 0 => {
                found.push(&words[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(&words[begin..]);
    found.retain(|branch| !branch.is_empty());
    found
}

fn is_name(word: &str) -> bool {
    word.starts_with(|char: char| char.is_alphabetic() || char == '_')
}

/// Names, `::`, and every other sign by itself. Texts are left out.
fn words(code: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = code.char_indices().peekable();
    while let Some((start, char)) = chars.next() {
        if let Some(length) = raw_text(&code[start..]) {
            while chars.next_if(|(at, _)| *at < start + length).is_some() {}
        } else if char.is_alphanumeric() || char == '_' {
            let mut end = start + char.len_utf8();
            while let Some((at, next)) = chars.peek().copied() {
                if !next.is_alphanumeric() && next != '_' {
                    break;
                }
                end = at + next.len_utf8();
                chars.next();
            }
            words.push(code[start..end].to_owned());
        } else if char == '"' {
            while let Some((_, next)) = chars.next() {
                match next {
                    '\\' => {
                        chars.next();
                    }
                    '"' => break,
                    _ => {}
                }
            }
        } else if char == '\'' && code[start..].starts_with("'\"'") {
            chars.nth(1);
        } else if char == ':' && chars.peek().is_some_and(|(_, next)| *next == ':') {
            chars.next();
            words.push("::".to_owned());
        } else if !char.is_whitespace() {
            words.push(char.to_string());
        }
    }
    words
}

/// How long the text is, such as `r#"a "b""#`, that `code` begins with; `None` if it begins with none.
fn raw_text(code: &str) -> Option<usize> {
    let rest = code.strip_prefix("br").or(code.strip_prefix('r'))?;
    let hashes = rest.len() - rest.trim_start_matches('#').len();
    let text = rest[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = text.find(&end)?;
    Some(code.len() - text.len() + length + end.len())
}

/// Tests may look wherever they want. Their modules stand at the end of a file.
fn without_tests(code: &str) -> String {
    let lines: Vec<&str> = code.lines().collect();
    let is_test = |at: usize| {
        lines[at].starts_with("#[cfg(")
            && lines[at].contains("test")
            && lines.get(at + 1).is_some_and(|next| next.contains("mod "))
    };
    let end = (0..lines.len())
        .find(|at| is_test(*at))
        .unwrap_or(lines.len());
    lines[..end].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let owned = files
            .iter()
            .map(|(path, code)| ((*path).to_owned(), (*code).to_owned()));
        House::new(owned).circles()
    }

    #[test]
    fn a_circle_is_found_through_a_face_and_through_super() {
        let face = (
            "a/mod.rs",
            "mod b;\nmod c;\npub use b::{One, two as three};",
        );
        let b = ("a/b.rs", "use super::c::Two;\npub struct One(Two);");
        let found = |c: &str| circles(&[face, b, ("a/c.rs", c)]);
        let circle = vec![vec!["a::b".to_owned(), "a::c".to_owned()]];
        for c in [
            "use super::One;\npub struct Two;",
            "use crate::a::{self, three};\npub struct Two;",
            "use super::*;\npub struct Two(One);",
            "pub struct Two;\nfn f() -> super::One { todo!() }",
            "pub struct Two;\nfn f() { crate::a::b::two() }",
            "pub struct Two;\nimpl super::b::Trait for Two {}",
            "pub struct Two;\nmod inner {\n    use super::super::One;\n}",
            "pub struct Two;\nconst TEXT: &str = r#\"a \" b\"#;\nfn f() -> super::One { todo!() }",
        ] {
            assert_eq!(found(c), circle, "{c}");
        }
        for c in [
            "pub struct Two;",
            "use super::*;\npub struct Two;",
            "pub struct Two;\nconst TEXT: &str = \"super::One\";",
            "pub struct Two;\n#[cfg(test)]\nmod tests {\n    use super::super::One;\n}",
            "use std::b::One;\npub struct Two;",
            "pub struct Two;\nmod inner {\n    use super::One;\n}",
            "pub struct Two;\nconst TEXT: &str = r#\"super::\"One\"#;",
        ] {
            assert_eq!(found(c), Vec::<Vec<String>>::new(), "{c}");
        }
    }

    #[test]
    fn a_folder_that_defines_what_its_files_use_is_in_a_circle_with_them() {
        let found = circles(&[
            (
                "a/mod.rs",
                "mod b;\nuse b::One;\npub trait Two { fn one() -> One; }",
            ),
            (
                "a/b.rs",
                "use super::Two;\npub struct One;\nimpl Two for One {}",
            ),
        ]);
        assert_eq!(found, vec![vec!["a".to_owned(), "a::b".to_owned()]]);
    }
}
