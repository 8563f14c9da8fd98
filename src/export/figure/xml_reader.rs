//! One element out of an XML file from anywhere: found on one way through the text, without a tree of it.
//!
//! What is read is the XML of pictures: elements, attributes, namespaces, remarks, instructions, character data and
//! the references that XML itself knows. A document type, with which a file could define references of its own, is
//! refused, but for that of a page without any definitions. What stands behind the element is not looked at.

use std::collections::HashMap;

/// Elements that may stand in each other. A figure has eight; what other programs add are a few groups.
pub const DEEPEST: usize = 256;

/// Why there is no such text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No such element was found before the end, or before the first thing that is no XML.
    Absent,
    /// More than [`DEEPEST`] elements stand in each other before it.
    Deep,
    /// Its text is longer than what was asked for.
    Large,
}

/// The text of the first element called `name` in `namespace`, without that of the elements in it; at most `most`
/// bytes.
///
/// # Errors
/// [`Missing`] says why there is none.
pub fn element_text(
    xml: &str,
    namespace: &str,
    name: &str,
    most: usize,
) -> Result<String, Missing> {
    let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
    let mut reader = Reader {
        // A page of this program begins with it, and it defines nothing.
        rest: xml.strip_prefix("<!DOCTYPE html>").unwrap_or(xml),
        open: Vec::new(),
        bound: Vec::new(),
        namespaces: HashMap::new(),
        wanted: Wanted {
            namespace,
            name,
            most,
            text: None,
        },
    };
    while !reader.rest.is_empty() {
        if let Some(text) = reader.step()? {
            return Ok(text);
        }
    }
    Err(Missing::Absent)
}

/// What is looked for, and as much of it as has been read.
struct Wanted<'a> {
    namespace: &'a str,
    name: &'a str,
    most: usize,
    /// How deep the element stands, and its text so far.
    text: Option<(usize, String)>,
}

struct Reader<'a> {
    rest: &'a str,
    /// The names of the elements that are open, and how many prefixes were bound before each.
    open: Vec<(&'a str, usize)>,
    /// Prefixes in the order in which they were bound.
    bound: Vec<&'a str>,
    /// Whether a prefix stands for the namespace that is wanted: now last, and as it was outside.
    namespaces: HashMap<&'a str, Vec<bool>>,
    wanted: Wanted<'a>,
}

/// Parts a text at `mark`, which must be in it.
fn part<'a>(text: &'a str, mark: &str) -> Result<(&'a str, &'a str), Missing> {
    text.split_once(mark).ok_or(Missing::Absent)
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

impl<'a> Reader<'a> {
    /// Reads a text or a tag; returns what is wanted when its end is read.
    fn step(&mut self) -> Result<Option<String>, Missing> {
        let rest = self.rest;
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            self.rest = &rest[end..];
            return self.text(&rest[..end], true).map(|()| None);
        };
        if let Some(remark) = tag.strip_prefix("!--") {
            self.rest = part(remark, "-->")?.1;
        } else if let Some(data) = tag.strip_prefix("![CDATA[") {
            let (data, rest) = part(data, "]]>")?;
            self.rest = rest;
            self.text(data, false)?;
        } else if tag.starts_with('!') {
            return Err(Missing::Absent);
        } else if let Some(instruction) = tag.strip_prefix('?') {
            self.rest = part(instruction, "?>")?.1;
        } else if let Some(end) = tag.strip_prefix('/') {
            let (name, rest) = part(end, ">")?;
            self.rest = rest;
            return self.end(name.trim_end_matches(is_blank));
        } else {
            return self.begin(tag);
        }
        Ok(None)
    }

    /// Keeps `text` if it stands right in the element that is wanted; `references` are put in their places.
    fn text(&mut self, text: &str, references: bool) -> Result<(), Missing> {
        let depth = self.open.len();
        let Some((_, kept)) = self.wanted.text.as_mut().filter(|(at, _)| *at == depth) else {
            return Ok(());
        };
        if kept.len() + text.len() > self.wanted.most {
            return Err(Missing::Large);
        }
        // XML has one line end, whatever a file has.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        if references {
            put_references(&text, kept)
        } else {
            kept.push_str(&text);
            Ok(())
        }
    }

    /// An element begins; `tag` is what stands behind its bracket.
    fn begin(&mut self, tag: &'a str) -> Result<Option<String>, Missing> {
        let end = tag
            .find(|char| is_blank(char) || matches!(char, '/' | '>' | '<' | '"' | '='))
            .ok_or(Missing::Absent)?;
        let (name, mut rest) = tag.split_at(end);
        if name.is_empty() {
            return Err(Missing::Absent);
        }
        let bound_before = self.bound.len();
        let is_empty = loop {
            rest = rest.trim_start_matches(is_blank);
            if let Some(behind) = rest.strip_prefix('>') {
                rest = behind;
                break false;
            }
            if let Some(behind) = rest.strip_prefix("/>") {
                rest = behind;
                break true;
            }
            rest = self.attribute(rest)?;
        };
        self.rest = rest;
        if self.open.len() == DEEPEST {
            return Err(Missing::Deep);
        }
        self.open.push((name, bound_before));
        if self.wanted.text.is_none() && self.is_wanted(name) {
            self.wanted.text = Some((self.open.len(), String::new()));
        }
        if is_empty { self.end(name) } else { Ok(None) }
    }

    /// Reads an attribute, and returns what stands behind it.
    fn attribute(&mut self, rest: &'a str) -> Result<&'a str, Missing> {
        let (name, rest) = part(rest, "=")?;
        let name = name.trim_end_matches(is_blank);
        let rest = rest.trim_start_matches(is_blank);
        let quote = rest.chars().next().ok_or(Missing::Absent)?;
        let is_name =
            !name.is_empty() && !name.contains(|char| is_blank(char) || "<>/\"'&".contains(char));
        if !is_name || !matches!(quote, '"' | '\'') {
            return Err(Missing::Absent);
        }
        let (value, rest) = rest[1..].split_once(quote).ok_or(Missing::Absent)?;
        let prefix = match name.strip_prefix("xmlns") {
            Some("") => Some(""),
            Some(prefix) => prefix.strip_prefix(':'),
            None => None,
        };
        if let Some(prefix) = prefix {
            let is_wanted = value == self.wanted.namespace;
            self.namespaces.entry(prefix).or_default().push(is_wanted);
            self.bound.push(prefix);
        }
        Ok(rest)
    }

    fn is_wanted(&self, name: &str) -> bool {
        let (prefix, name) = name.split_once(':').unwrap_or(("", name));
        let bound = self.namespaces.get(prefix).and_then(|bound| bound.last());
        name == self.wanted.name && bound == Some(&true)
    }

    /// The element `name` ends.
    fn end(&mut self, name: &str) -> Result<Option<String>, Missing> {
        let depth = self.open.len();
        match self.open.pop() {
            Some((begun, bound_before)) if begun == name => {
                for prefix in self.bound.drain(bound_before..) {
                    if let Some(bound) = self.namespaces.get_mut(prefix) {
                        bound.pop();
                    }
                }
            }
            _ => return Err(Missing::Absent),
        }
        let is_whole = self
            .wanted
            .text
            .as_ref()
            .is_some_and(|(at, _)| *at == depth);
        Ok(if is_whole {
            self.wanted.text.take().map(|(_, text)| text)
        } else {
            None
        })
    }
}

/// Appends `text` to `kept`, with what its references stand for.
fn put_references(text: &str, kept: &mut String) -> Result<(), Missing> {
    /// The longest is `&#x10FFFF;`, with zeros in front a little more.
    const LONGEST: usize = 16;
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        kept.push_str(before);
        let end = behind
            .bytes()
            .take(LONGEST)
            .position(|byte| byte == b';')
            .ok_or(Missing::Absent)?;
        kept.push(referred(&behind[..end]).ok_or(Missing::Absent)?);
        rest = &behind[end + 1..];
    }
    kept.push_str(rest);
    Ok(())
}

/// What the reference `name` stands for.
fn referred(name: &str) -> Option<char> {
    let code = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let (digits, radix) = match code.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (code, 10),
    };
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let char = char::from_u32(u32::from_str_radix(digits, radix).ok()?)?;
    let is_allowed = char >= ' ' || matches!(char, '\t' | '\n' | '\r');
    (is_number && is_allowed).then_some(char)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use resvg::usvg::roxmltree::Document;

    use super::*;

    const SPACE: &str = "urn:test";

    fn text(xml: &str) -> Result<String, Missing> {
        element_text(xml, SPACE, "e", 1_000_000)
    }

    /// The same from a library that builds the whole tree.
    fn text_by_tree(xml: &str) -> Option<String> {
        let document = Document::parse(xml).ok()?;
        let mut nodes = document.descendants();
        let found = nodes.find(|node| node.has_tag_name((SPACE, "e")))?;
        let texts = found.children().filter(|child| child.is_text());
        Some(texts.filter_map(|child| child.text()).collect())
    }

    #[test]
    fn the_element_is_found_wherever_other_programs_put_it() {
        for (xml, expected) in [
            ("<e xmlns='urn:test'>a</e>", "a"),
            ("<a xmlns:p = \"urn:test\" b='>'><c/><p:e >a</p:e></a>", "a"),
            (
                "<?xml version='1.0'?><!-- <e> --><a><e xmlns='urn:test'/></a>",
                "",
            ),
            (
                "<a xmlns='urn:test'><b xmlns=''><e>no</e></b><e>a<b>c</b>d</e></a>",
                "ad",
            ),
            (
                "<e xmlns='urn:test'>a&lt;&amp;&#13;&#xe9;<![CDATA[<&b>]]>\r\nc</e>",
                "a<&\ré<&b>\nc",
            ),
            (
                "<p:a xmlns:p='urn:test'><q:a xmlns:p='u' xmlns:q='urn:test'><p:e>no</p:e></q:a><p:e>a</p:e></p:a>",
                "a",
            ),
        ] {
            assert_eq!(text(xml).as_deref(), Ok(expected), "{xml}");
            assert_eq!(text_by_tree(xml).as_deref(), Some(expected), "{xml}");
        }
    }

    #[test]
    fn whatever_is_no_such_file_has_none() {
        for xml in [
            "",
            "no XML",
            "<",
            "<>",
            "<a",
            "<a b",
            "<a b=c>",
            "<!-- ",
            "<![CDATA[",
            "</a>",
            "<a></b><e xmlns='urn:test'>a</e>",
            "<e xmlns='urn:test'>a",
            "<e xmlns='urn:test'>&what;</e>",
            "<e xmlns='urn:test'>&#0;</e>",
            "<e xmlns='urn:other'>a</e>",
            "<p:e>a</p:e>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><e xmlns='urn:test'>&b;</e>",
        ] {
            assert_eq!(text(xml), Err(Missing::Absent), "{xml}");
            assert_eq!(text_by_tree(xml), None, "{xml}");
        }
        // For this the library puts a sign of its own.
        let beyond = "<e xmlns='urn:test'>&#x110000;</e>";
        assert_eq!(text(beyond), Err(Missing::Absent));
    }

    /// Each took a tree of a parser minutes, or its stack.
    #[test]
    fn large_and_deep_files_take_no_time() {
        let before = std::time::Instant::now();
        let nested = "<a xmlns:aI=\"b\">".repeat(4_000);
        assert_eq!(text(&nested), Err(Missing::Deep));
        let many = "<e xmlns:aI=\"b\" c='d'/>".repeat(40_000);
        assert_eq!(text(&many), Err(Missing::Absent));
        let prefixes: String = (0..50_000).map(|i| format!(" xmlns:p{i}='b'")).collect();
        let tags = "<q:e>a</q:e>".repeat(20_000);
        assert_eq!(text(&format!("<a{prefixes}>{tags}")), Err(Missing::Absent));
        let long = format!("<e xmlns='urn:test'>{}</e>", "a".repeat(1_000_001));
        assert_eq!(text(&long), Err(Missing::Large));
        let pieces = format!("<e xmlns='urn:test'>{}</e>", "<b/>a".repeat(1_000_001));
        assert_eq!(text(&pieces), Err(Missing::Large));
        for piece in ["<!--", "<![CDATA[", "<?", "&", "<a b='", "</", "<e "] {
            let many = format!("<e xmlns='urn:test'>{}", piece.repeat(300_000));
            assert!(text(&many).is_err());
        }
        assert!(before.elapsed().as_secs_f64() < 1.0);
    }

    /// Small documents of everything that is read.
    fn documents() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[a-c \n]{0,4}",
            Just("&lt;&#x41;&apos;".to_owned()),
            Just("<![CDATA[<x>&]]>".to_owned()),
            Just("<!-- <e> -->".to_owned()),
            Just("<?a b?>".to_owned()),
        ];
        let names = proptest::sample::select(vec!["e", "p:e", "q:e", "a", "p:a"]);
        let spaces = proptest::sample::select(vec![
            "",
            " xmlns='urn:test'",
            " xmlns='u'",
            " xmlns:p='urn:test'",
            " xmlns:p='u' c=\"'>\"",
            " xmlns:q='urn:test' xmlns:p='v'",
        ]);
        let tree = leaf.prop_recursive(5, 40, 4, move |inner| {
            let children = proptest::collection::vec(inner, 0..4);
            (names.clone(), spaces.clone(), children).prop_map(|(name, spaces, children)| {
                format!("<{name}{spaces}>{}</{name}>", children.concat())
            })
        });
        tree.prop_map(|tree| format!("<r xmlns:p='w' xmlns:q='x'>{tree}</r>"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn it_reads_what_a_whole_parser_reads(xml in documents()) {
            prop_assert_eq!(text(&xml).ok(), text_by_tree(&xml));
        }

        #[test]
        fn damaged_files_are_answered(xml in documents(), at in 0usize..200, by in any::<char>()) {
            let mut damaged: Vec<char> = xml.chars().collect();
            damaged.insert(at.min(damaged.len()), by);
            let _ = text(&damaged.into_iter().collect::<String>());
        }
    }
}
