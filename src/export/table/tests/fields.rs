//! Every kind of field is written, and comes back.

use super::*;
use proptest::prelude::*;

fn fields(table: &Table) -> Vec<Vec<String>> {
    let read = Read::new(table);
    assert_eq!(read.names, table.names());
    read.rows
}

#[test]
fn every_kind_of_column_is_written() {
    let table = Table::default()
        .whole("t", [1, u64::MAX])
        .numbers("a", [Some(0.1), None])
        .magnitudes("p", [Magnitude::new(-1000.0), Magnitude::Zero])
        .texts("word", ["a,b", "c"]);
    let bytes = csv_of(&table);
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "t,a,p_sign,p_log10,p_state,word\n\
         1,0.1,-1,3.0,finite,\"a,b\"\n\
         18446744073709551615,,0,,zero,c\n"
    );
}

#[test]
fn what_is_not_finite_is_named() {
    let overflow = Magnitude::Overflow { negative: true };
    let table = Table::default()
        .numbers("a", [f64::INFINITY, f64::NEG_INFINITY, f64::NAN])
        .magnitudes("p", [overflow, Magnitude::Nan, Magnitude::ONE]);
    assert_eq!(
        fields(&table),
        [
            ["inf", "-1", "", "overflow"],
            ["-inf", "0", "", "nan"],
            ["NaN", "1", "0.0", "finite"],
        ]
    );
}

#[test]
fn a_table_without_rows_has_its_names_and_short_columns_end_empty() {
    let table = Table::default()
        .whole("step", [0; 0])
        .numbers("loss", [0.0; 0]);
    assert_eq!(csv_of(&table), b"step,loss\n");
    assert!(table.is_empty());
    let uneven = Table::default()
        .whole("step", [1, 2])
        .numbers("loss", [0.5]);
    assert_eq!(fields(&uneven), [["1", "0.5"], ["2", ""]]);
}

proptest! {
    #[test]
    fn numbers_come_back_to_the_bit(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        let back: f64 = csv_number(value).parse().unwrap();
        prop_assert!(back.to_bits() == bits || value.is_nan() && back.is_nan());
    }

    #[test]
    fn any_text_comes_back(texts in proptest::collection::vec(any::<String>(), 1..5)) {
        // Two columns: a lone empty field is written as "" and read back all the same.
        let table = Table::default().texts("a", texts.clone()).texts("b", texts.clone());
        for (row, text) in fields(&table).iter().zip(&texts) {
            prop_assert_eq!(&row[0], text);
            prop_assert_eq!(&row[1], text);
        }
    }
}

#[test]
fn hard_text_comes_back() {
    for text in [
        "\"",
        "a\r\nb",
        "",
        "\u{0}\u{1b}",
        "<b>&amp;",
        "🎬 שלום",
        "=1+1",
        " x ",
    ] {
        let table = Table::default().texts("a", [text]).whole("t", [1]);
        assert_eq!(fields(&table), [[text, "1"]]);
    }
}
