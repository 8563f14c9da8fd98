//! Every product against the obvious loop.

use super::*;

fn numbers(count: usize, phase: f64) -> Vec<f64> {
    (0..count).map(|i| (i as f64 * 0.7 + phase).sin()).collect()
}

/// Sizes around the tile's four rows and sixteen columns.
const SHAPES: [(usize, usize, usize); 12] = [
    (1, 1, 1),
    (3, 2, 2),
    (5, 7, 7),
    (4, 16, 16),
    (16, 33, 33),
    (2, 100, 100),
    (1, 130, 130),
    (1, 64, 64),
    (9, 48, 48),
    (7, 3, 20),
    (64, 1, 5),
    (33, 20, 3),
];

/// 1e-12 allows for rounding in at most 130 additions of numbers of size 1.
fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() < 1e-12,
            "{what}: {found} for {expected}"
        );
    }
}

fn obvious(x: &[f64], w: &[f64], (rows, inner, columns): (usize, usize, usize)) -> Vec<f64> {
    let mut out = vec![1.0; rows * columns];
    for (place, out) in out.iter_mut().enumerate() {
        let (row, column) = (place / columns, place % columns);
        *out += (0..inner)
            .map(|k| x[row * inner + k] * w[k * columns + column])
            .sum::<f64>();
    }
    out
}

#[test]
fn a_product_is_the_obvious_one() {
    let mut packed = Packed::default();
    for shape @ (rows, inner, columns) in SHAPES {
        let (x, w) = (numbers(rows * inner, 0.1), numbers(inner * columns, 1.3));
        packed.pack(&w, columns);
        let added = obvious(&x, &w, shape);
        let alone: Vec<f64> = added.iter().map(|sum| sum - 1.0).collect();
        for order in [Order::Rising, Order::Falling] {
            let mut out = vec![1.0; rows * columns];
            add_product(&x, &packed, order, &mut out);
            assert_close(&out, &added, &format!("{shape:?}"));
            let by_vectors = out.clone();
            inlined_product::<true, false>(&x, &packed, order, &mut out);
            assert_close(&out, &alone, &format!("{shape:?}"));
            // As on a processor without fused multiply-add.
            out.fill(1.0);
            inlined_product::<false, true>(&x, &packed, order, &mut out);
            assert_close(&out, &by_vectors, &format!("{shape:?}"));
            inlined_product::<false, false>(&x, &packed, order, &mut out);
            assert_close(&out, &alone, &format!("{shape:?}"));
        }
    }
}

#[test]
fn the_order_changes_no_bit() {
    let mut packed = Packed::default();
    for (rows, inner, columns) in SHAPES {
        let (x, w) = (numbers(rows * inner, 0.1), numbers(inner * columns, 1.3));
        packed.pack(&w, columns);
        let [rising, falling] = [0, 1].map(|t| {
            let mut out = vec![0.5; rows * columns];
            add_product(&x, &packed, Order::at(t), &mut out);
            out
        });
        assert_eq!(rising, falling);
    }
}

#[test]
fn a_transpose_is_packed_as_such() {
    let (mut packed, mut expected) = (Packed::default(), Packed::default());
    for size in [1, 2, 15, 16, 17, 40] {
        let w = numbers(size * size, 0.4);
        let transposed: Vec<f64> = (0..size * size)
            .map(|place| w[place % size * size + place / size])
            .collect();
        packed.pack_transposed(&w, size);
        expected.pack(&transposed, size);
        assert!(packed.panels().eq(expected.panels()), "{size}");
    }
}

#[test]
fn a_transposed_product_is_the_obvious_one() {
    let mut products = Transposed::default();
    for (rows, height, columns) in SHAPES {
        let (x, y) = (numbers(rows * height, 0.2), numbers(rows * columns, 2.0));
        let x_transposed: Vec<f64> = (0..rows * height)
            .map(|place| x[place % rows * height + place / rows])
            .collect();
        let shape = (height, rows, columns);
        let expected = obvious(&x_transposed, &y, shape);
        let mut out = vec![1.0; height * columns];
        products.share(&x, height);
        products.add_shared_times(&y, columns, &mut out);
        assert_close(&out, &expected, &format!("{shape:?}"));
        out.fill(1.0);
        products.share(&y, columns);
        products.add_times_shared(&x, height, &mut out);
        assert_close(&out, &expected, &format!("{shape:?}"));
    }
}

/// As on a processor without fused multiply-add: four columns of one matrix at a time, times all of another.
#[test]
fn a_block_of_columns_is_the_obvious_one() {
    for (rows, height, columns) in SHAPES {
        let (x, y) = (numbers(rows * height, 0.2), numbers(rows * columns, 2.0));
        let (mut left, mut right) = (Packed::default(), Packed::default());
        left.pack(&x, height);
        right.pack(&y, columns);
        let mut out = vec![1.0; height * columns];
        let mut by_vectors = out.clone();
        for ((first, right), (above, left)) in right
            .panels()
            .flat_map(|it| left.panels().map(move |other| (it, other)))
        {
            for block in 0..(height - above).min(tile::WIDTH).div_ceil(tile::ROWS) {
                let row = above + block * tile::ROWS;
                let last = (row + tile::ROWS).min(height);
                let place = row * columns..last * columns;
                let target = |out| tile::Target {
                    out,
                    columns,
                    first,
                };
                tile::add_columns::<false>(left, block, right, target(&mut out[place.clone()]));
                tile::add_columns::<true>(left, block, right, target(&mut by_vectors[place]));
            }
        }
        assert_close(&out, &by_vectors, &format!("{rows}, {height}, {columns}"));
        let mut product = Transposed::default();
        let mut expected = vec![1.0; height * columns];
        product.share(&x, height);
        product.add_shared_times(&y, columns, &mut expected);
        assert_close(&out, &expected, &format!("{rows}, {height}, {columns}"));
    }
}

/// What runs on one core must be what runs on several: a row's bits do not depend on the rows beside it.
#[test]
fn a_row_has_the_same_bits_alone_and_among_others() {
    let mut packed = Packed::default();
    for size in [1, 5, 16, 40, 64, 100] {
        packed.pack(&numbers(size * size, 0.3), size);
        let x = numbers(11 * size, 0.9);
        let mut together = vec![0.5; 11 * size];
        add_product(&x, &packed, Order::Rising, &mut together);
        for (x, together) in x.chunks(size).zip(together.chunks(size)) {
            let mut alone = vec![0.5; size];
            add_product(x, &packed, Order::Rising, &mut alone);
            assert_eq!(alone, together);
        }
    }
}

#[test]
fn vectors_are_multiplied_and_added() {
    for count in [0, 1, 15, 16, 17, 100] {
        let (x, y) = (numbers(count, 0.1), numbers(count, 0.5));
        let expected: f64 = x.iter().zip(&y).map(|(x, y)| x * y).sum();
        assert_close(&[dot(&x, &y)], &[expected], "dot");
        assert_close(&[inlined_dot::<false>(&x, &y)], &[expected], "dot");
        let mut sum = y.clone();
        add_scaled(2.0, &x, &mut sum);
        let expected: Vec<f64> = x.iter().zip(&y).map(|(x, y)| y + 2.0 * x).collect();
        assert_close(&sum, &expected, "added");
    }
}
