//! A table of numbers out of whatever people paste: Python lists, what numpy and PyTorch print, CSV, a spreadsheet.

use super::foreign::shown_text;
use super::number_table::NumberTable;

/// Numbers of a table at most. Larger ones belong into a file of their own.
pub const MOST_NUMBERS: usize = 20_000;

impl NumberTable {
    /// Understands `text`:
    ///
    /// | written by | such as |
    /// | --- | --- |
    /// | Python | `[[1, 2.5], [3, None]]`, `[1, 2]` |
    /// | numpy | `array([[1., 2.], [3., nan]])`, or what `print` makes of it |
    /// | PyTorch | `tensor([[0.5, -1.]], grad_fn=<…>)` |
    /// | CSV, spreadsheets | a row in each line, apart by commas, semicolons, tabs or spaces; with tabs or semicolons the comma may be the decimal one |
    ///
    /// # Errors
    /// What is no number, with its row.
    pub fn from_text(text: &str) -> Result<Self, String> {
        let text = without_wrapping(text.trim());
        let table = if text.contains('[') || text.contains('(') {
            of_brackets(&text)?
        } else {
            of_lines(&text)?
        };
        if table.values().len() > MOST_NUMBERS {
            return Err(format!(
                "{} numbers are more than {MOST_NUMBERS}: put them into a file",
                table.values().len()
            ));
        }
        Ok(table)
    }
}

/// The text without the name in front of its first bracket and what stands behind the last one: `array(`, `, dtype=…)`,
/// `w_h = `.
fn without_wrapping(text: &str) -> String {
    let Some(first) = text.find('[') else {
        return text.to_owned();
    };
    let is_name = text[..first]
        .chars()
        .all(|char| char.is_alphanumeric() || "._ =:(".contains(char));
    let last = text.rfind(']').map_or(text.len(), |last| last + 1);
    if is_name && first < last {
        text[first..last].to_owned()
    } else {
        text.to_owned()
    }
}

/// Lists in brackets, whose numbers are apart by commas or spaces.
fn of_brackets(text: &str) -> Result<NumberTable, String> {
    let mut rows: Vec<Vec<f64>> = Vec::new();
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut word = String::new();
    let mut count = 0;
    for char in text.chars().chain([' ']) {
        let is_sign = "[](),;".contains(char) || char.is_whitespace();
        if !is_sign {
            word.push(char);
            continue;
        }
        if !word.is_empty() {
            let place = rows.len().max(1);
            let number = number(&word, false)
                .ok_or_else(|| format!("row {place}: “{}” is no number", shown_text(&word)))?;
            word.clear();
            count += 1;
            match rows.last_mut() {
                Some(row) if depth > 0 => row.push(number),
                _ => return Err("a number stands outside of every bracket".to_owned()),
            }
        }
        match char {
            '[' | '(' => {
                depth += 1;
                deepest = deepest.max(depth);
                if depth > 2 {
                    return Err(
                        "more than rows of numbers stand in each other: take one matrix".to_owned(),
                    );
                }
                rows.push(Vec::new());
            }
            ']' | ')' => {
                depth = depth
                    .checked_sub(1)
                    .ok_or("a bracket is closed that was not opened")?;
            }
            _ => {}
        }
        if count > 10 * MOST_NUMBERS {
            break;
        }
    }
    if depth > 0 {
        return Err("a bracket is not closed".to_owned());
    }
    if deepest == 1 {
        return Ok(NumberTable::list(rows.concat()));
    }
    // The outer brackets open a row of their own.
    rows.retain(|row| !row.is_empty());
    NumberTable::of_rows(&rows)
}

/// A row in each line.
fn of_lines(text: &str) -> Result<NumberTable, String> {
    let separator = ['\t', ';'].into_iter().find(|sign| text.contains(*sign));
    let mut rows = Vec::new();
    for line in text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
    {
        let place = rows.len() + 1;
        let cells: Vec<&str> = match separator {
            Some(sign) => line.split(sign).map(str::trim).collect(),
            None if line.contains(',') => line
                .trim_end_matches(',')
                .split(',')
                .map(str::trim)
                .collect(),
            None => line.split_whitespace().collect(),
        };
        let row = cells.into_iter().map(|cell| {
            number(cell, separator.is_some())
                .ok_or_else(|| format!("row {place}: “{}” is no number", shown_text(cell)))
        });
        rows.push(row.collect::<Result<Vec<f64>, String>>()?);
    }
    NumberTable::of_rows(&rows)
}

/// A number as other programs write it; nothing at all is what is left out.
fn number(text: &str, may_have_decimal_comma: bool) -> Option<f64> {
    let text = text.trim_matches(|char| char == '"' || char == '\'');
    if text.is_empty() || ["none", "null", "nan", "na", "-"].contains(&text.to_lowercase().as_str())
    {
        return Some(f64::NAN);
    }
    let plain = text.replace('−', "-");
    let plain = if may_have_decimal_comma && !plain.contains('.') {
        plain.replacen(',', ".", 1)
    } else {
        plain
    };
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(rows: &[&[f64]]) -> NumberTable {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.to_vec()).collect();
        NumberTable::of_rows(&rows).unwrap()
    }

    #[test]
    fn what_people_paste_is_understood() {
        let nan = f64::NAN;
        for (text, expected) in [
            ("[[1, 2.5], [3, None]]", rows(&[&[1.0, 2.5], &[3.0, nan]])),
            ("[1, 2]", NumberTable::list(vec![1.0, 2.0])),
            (
                "np.array([[1., 2.],\n       [3., nan]])",
                rows(&[&[1.0, 2.0], &[3.0, nan]]),
            ),
            (
                "[[ 0.5  -1. ]\n [ 1e-3 2. ]]",
                rows(&[&[0.5, -1.0], &[1e-3, 2.0]]),
            ),
            (
                "tensor([[0.5, -1.0000]], dtype=torch.float64, grad_fn=<AddBackward0>)",
                rows(&[&[0.5, -1.0]]),
            ),
            ("w_h = [[0.1], [0.2]]", rows(&[&[0.1], &[0.2]])),
            ("1,2\n3,4\n", rows(&[&[1.0, 2.0], &[3.0, 4.0]])),
            ("1,2,\n3,4,\n", rows(&[&[1.0, 2.0], &[3.0, 4.0]])),
            ("0,5\t1,5\r\n2\t3\r\n", rows(&[&[0.5, 1.5], &[2.0, 3.0]])),
            ("0,5;1.5\n;3", rows(&[&[0.5, 1.5], &[nan, 3.0]])),
            ("1 2\n\n3 −4", rows(&[&[1.0, 2.0], &[3.0, -4.0]])),
            ("((1, 2), (3, 4))", rows(&[&[1.0, 2.0], &[3.0, 4.0]])),
            ("5", rows(&[&[5.0]])),
            ("", NumberTable::of_rows(&[]).unwrap()),
        ] {
            assert_eq!(NumberTable::from_text(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_named_with_its_row() {
        for (text, told) in [
            ("1 2\n3 four", "row 2: “four” is no number"),
            (
                "[[1, 2], [3]]",
                "row 2 has one number and row 1 has 2: every row takes as many",
            ),
            ("[[1, 2], [3, 4]", "a bracket is not closed"),
            (
                "[[[1]]]",
                "more than rows of numbers stand in each other: take one matrix",
            ),
        ] {
            assert_eq!(NumberTable::from_text(text).unwrap_err(), told, "{text}");
        }
        let many = "1 ".repeat(MOST_NUMBERS + 1);
        assert!(
            NumberTable::from_text(&many)
                .unwrap_err()
                .contains("put them into a file")
        );
    }

    proptest! {
        /// Whatever is pasted: an answer.
        #[test]
        fn strange_texts_are_answered(text in "[\\[\\](),;0-9a-z \n\t.e-]{0,60}") {
            if let Ok(table) = NumberTable::from_text(&text) {
                prop_assert_eq!(table.rows() * table.columns(), table.values().len());
            }
        }

        #[test]
        fn lines_are_read_back(values in proptest::collection::vec(-1e9..1e9f64, 1..40), columns in 1usize..5) {
            let whole = values.len() / columns * columns;
            let table = NumberTable::of_values(columns, values[..whole].to_vec());
            if whole > 0 {
                prop_assert_eq!(NumberTable::from_text(&table.to_lines()).unwrap(), table);
            }
        }
    }
}
