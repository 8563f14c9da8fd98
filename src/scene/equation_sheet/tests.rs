use super::super::equation::{Run, sayings};
use super::super::theme::Theme;
use super::*;

fn numbered(count: usize, focus: usize) -> Block {
    let piece = |number: usize| Piece::new("x", number.to_string(), format!("number {number}"));
    Block {
        title: "Sum".to_owned(),
        lines: vec![EquationLine {
            before: vec![Piece::new("s", "1", "sum"), Piece::sign("=")],
            run: Run {
                pieces: (1..=count).map(piece).collect(),
                focus,
                ..Run::default()
            },
            after: Vec::new(),
        }],
    }
}

fn drawn(blocks: &[Block], room: Area, sizes: Sizes) -> (Layer, Drawn) {
    let (memo, mut layer) = (Memo::default(), Layer::default());
    let sheet = EquationSheet::new(blocks, &memo, Theme::Dark.colours());
    let drawn = sheet.draw(&mut layer, room, sizes);
    (layer, drawn)
}

const SIZES: Sizes = Sizes {
    least: 10.0,
    comfortable: 12.0,
    most: 20.0,
    columns: 1,
};

fn said<'a>(blocks: &'a [Block], drawn: &Drawn) -> Vec<&'a str> {
    let all: Vec<&str> = sayings(blocks).collect();
    drawn.hot.iter().map(|(_, place)| all[*place]).collect()
}

/// The one in focus is always there, and its neighbours as far as the room goes.
#[test]
fn a_long_run_is_drawn_around_its_focus() {
    let room = Area::new(0.0, 0.0, 300.0, 60.0);
    for focus in [0, 20, 39] {
        let blocks = [numbered(40, focus)];
        let (_, drawn) = drawn(&blocks, room, SIZES);
        let said = said(&blocks, &drawn);
        assert!(
            said.contains(&format!("number {}", focus + 1).as_str()),
            "{said:?}"
        );
        assert!((4..20).contains(&said.len()), "{said:?}");
        for (area, says) in &drawn.hot {
            assert!(room.grown(0.1).contains([area.left, area.top]), "{says}");
            assert!(
                room.grown(0.1).contains([area.right, area.bottom]),
                "{says}"
            );
        }
    }
    let blocks = [numbered(3, 0)];
    let (_, whole) = drawn(&blocks, room, SIZES);
    assert_eq!(
        said(&blocks, &whole),
        ["sum", "number 1", "number 2", "number 3"]
    );
}

/// Of a run of several rows every piece is there, and letters stay as large while it grows.
#[test]
fn a_run_of_several_rows_keeps_the_size_of_letters() {
    let room = Area::new(0.0, 0.0, 420.0, 260.0);
    let mut sizes = Vec::new();
    for count in 0..=12 {
        let mut block = numbered(count, count.saturating_sub(1));
        block.lines[0].run.wraps = Some(12);
        let blocks = [block];
        let (layer, drawn) = drawn(&blocks, room, SIZES);
        assert_eq!(drawn.hot.len(), 1 + count);
        for (area, _) in &drawn.hot {
            assert!(
                room.grown(0.2).contains([area.right, area.bottom]),
                "{count}"
            );
        }
        sizes.push(layer.texts().map(|text| text.size).fold(0.0, f64::max));
    }
    assert!(
        sizes.iter().skip(1).all(|size| *size == sizes[1]),
        "{sizes:?}"
    );
}

#[test]
fn letters_are_as_large_as_fits_and_blocks_that_do_not_fit_are_left_out() {
    let blocks = [numbered(2, 0), numbered(3, 0), numbered(1, 0)];
    let number_size = |layer: &Layer| layer.texts().map(|text| text.size).fold(0.0, f64::max);
    let (large, all) = drawn(&blocks, Area::new(0.0, 0.0, 900.0, 500.0), SIZES);
    assert_eq!(all.blocks, 3);
    assert!((number_size(&large) - NUMBER * SIZES.most).abs() < 1e-9);
    let (small, all) = drawn(&blocks, Area::new(0.0, 0.0, 700.0, 140.0), SIZES);
    assert_eq!(all.blocks, 3);
    assert!(number_size(&small) < number_size(&large));
    let (_, some) = drawn(&blocks, Area::new(0.0, 0.0, 250.0, 90.0), SIZES);
    assert_eq!(some.blocks, 2);
    let (_, none) = drawn(&blocks, Area::new(0.0, 0.0, 250.0, 20.0), SIZES);
    assert_eq!(none, Drawn::default());
}

/// Two columns where that makes room, each block whole in one of them, in order.
#[test]
fn blocks_stand_in_two_columns_where_that_makes_room() {
    let blocks: Vec<Block> = (0..4).map(|_| numbered(1, 0)).collect();
    let room = Area::new(0.0, 0.0, 700.0, 140.0);
    let (_, one) = drawn(&blocks, room, SIZES);
    let sizes = Sizes {
        columns: 2,
        ..SIZES
    };
    let (_, two) = drawn(&blocks, room, sizes);
    assert!(one.blocks < 4, "{one:?}");
    assert_eq!(two.blocks, 4);
    let lefts: Vec<f64> = two.hot.iter().map(|(area, _)| area.left).collect();
    let middle = 0.5 * room.width();
    assert!(lefts.iter().any(|left| *left < middle) && lefts.iter().any(|left| *left > middle));
    let is_right = |left: &f64| *left > middle;
    assert!(lefts.is_sorted_by_key(is_right), "{lefts:?}");
    for (area, _) in &two.hot {
        assert!(area.right <= room.right && area.bottom <= room.bottom + 0.1);
        assert!(area.left > middle || area.right < middle);
    }
}
