//! Which modules are found among tensors, and what of them is handed on.

use super::conversion::{as_pytorch, read_out_of};
use super::modules::{Convention, modules_in};
use super::tensor::{Exactness, NamedTensor};
use crate::rnn::CellKind;

fn tensors(all: &[(&str, &[usize])]) -> Vec<NamedTensor> {
    let tensor = |(name, shape): &(&str, &[usize])| NamedTensor {
        name: (*name).to_owned(),
        shape: shape.to_vec(),
        values: (0..shape.iter().product::<usize>())
            .map(|it| it as f64)
            .collect(),
        exactness: Exactness::Single,
    };
    all.iter().map(tensor).collect()
}

fn found(all: &[(&str, &[usize])]) -> Vec<(String, CellKind, usize, usize, usize)> {
    let modules = modules_in(&tensors(all)).into_iter();
    modules
        .map(|it| (it.name, it.cell, it.inputs, it.hidden, it.layers.len()))
        .collect()
}

#[test]
fn pytorchs_names_are_known_with_layers_and_directions() {
    let lstm = found(&[
        ("encoder.lstm.weight_ih_l0", &[20, 3]),
        ("encoder.lstm.weight_hh_l0", &[20, 5]),
        ("encoder.lstm.bias_ih_l0", &[20]),
        ("encoder.lstm.bias_hh_l0", &[20]),
        ("encoder.lstm.weight_ih_l1", &[20, 5]),
        ("encoder.lstm.weight_hh_l1", &[20, 5]),
        ("fc.weight", &[2, 5]),
    ]);
    assert_eq!(lstm, [("encoder.lstm".to_owned(), CellKind::Lstm, 3, 5, 2)]);
    let both = found(&[
        ("rnn.weight_ih_l0", &[4, 3]),
        ("rnn.weight_hh_l0", &[4, 4]),
        ("rnn.weight_ih_l0_reverse", &[4, 3]),
        ("rnn.weight_hh_l0_reverse", &[4, 4]),
    ]);
    assert_eq!(both[0], ("rnn".to_owned(), CellKind::Elman, 3, 4, 1));
    assert_eq!(both[1].0, "rnn (reverse)");
}

/// The names of two real models: a detector of voices and a reader of letters.
#[test]
fn names_of_ones_own_are_known_where_they_end_as_pytorchs() {
    let silero = found(&[
        ("stft_conv.weight", &[258, 1, 256]),
        ("lstm_cell.weight_ih", &[512, 128]),
        ("lstm_cell.weight_hh", &[512, 128]),
        ("lstm_cell.bias_ih", &[512]),
        ("lstm_cell.bias_hh", &[512]),
    ]);
    assert_eq!(
        silero,
        [("lstm_cell".to_owned(), CellKind::Lstm, 128, 128, 1)]
    );
    let all: [(&str, &[usize]); 10] = [
        ("enc_emb", &[29, 256]),
        ("enc_w_ih", &[768, 256]),
        ("enc_w_hh", &[768, 256]),
        ("enc_b_ih", &[768]),
        ("enc_b_hh", &[768]),
        ("dec_w_ih", &[768, 256]),
        ("dec_w_hh", &[768, 256]),
        ("dec_b_ih", &[768]),
        ("dec_b_hh", &[768]),
        ("fc_w", &[74, 256]),
    ];
    let names: Vec<String> = found(&all).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["enc", "dec"]);
    let tensors = tensors(&all);
    let modules = modules_in(&tensors);
    assert_eq!(read_out_of(&tensors, &modules[1]), Some((9, None)));
}

#[test]
fn kerass_names_are_known_and_its_blocks_are_turned_and_put_in_order() {
    let all: [(&str, &[usize]); 5] = [
        ("gru/gru_cell/kernel:0", &[2, 6]),
        ("gru/gru_cell/recurrent_kernel:0", &[2, 6]),
        ("gru/gru_cell/bias:0", &[2, 6]),
        ("dense/kernel:0", &[2, 1]),
        ("dense/bias:0", &[1]),
    ];
    let tensors = tensors(&all);
    let modules = modules_in(&tensors);
    assert_eq!(modules.len(), 1);
    let module = &modules[0];
    assert_eq!(
        (module.cell, module.convention),
        (CellKind::Gru, Convention::Keras)
    );
    let turned = as_pytorch(&tensors, module);
    let (name, rows, columns, values) = &turned[0];
    assert_eq!((name.as_str(), *rows, *columns), ("weight_ih_l0", 6, 2));
    // Column 2 of the kernel, the first of r: 2 and 8; then z, columns 0 and 1; then h.
    assert_eq!(values[..4], [2.0, 8.0, 3.0, 9.0]);
    assert_eq!(values[4..8], [0.0, 6.0, 1.0, 7.0]);
    let (name, .., values) = &turned[3];
    assert_eq!(
        (name.as_str(), values.as_slice()),
        ("bias_hh_l0", &[8.0, 9.0, 6.0, 7.0, 10.0, 11.0][..])
    );
    let read_out = read_out_of(&tensors, module).unwrap();
    assert_eq!(read_out, (3, Some(4)));
}

#[test]
fn without_names_shapes_are_enough_for_gated_cells() {
    let lstm = found(&[
        ("a", &[16, 3]),
        ("b", &[16, 4]),
        ("c", &[16]),
        ("d", &[16]),
        ("e", &[2, 4]),
    ]);
    assert_eq!(lstm[0].1, CellKind::Lstm);
    assert_eq!((lstm[0].2, lstm[0].3), (3, 4));
    assert!(found(&[("conv.weight", &[8, 3, 3]), ("fc.weight", &[10, 8])]).is_empty());
}

#[test]
fn what_cannot_be_used_is_said() {
    let all: [(&str, &[usize]); 3] = [
        ("lstm.weight_ih_l0", &[16, 3]),
        ("lstm.weight_hh_l0", &[16, 4]),
        ("lstm.weight_hr_l0", &[2, 4]),
    ];
    let modules = modules_in(&tensors(&all));
    assert!(modules[0].trouble.as_ref().unwrap().contains("proj_size"));
    // Layers that do not fit those below them, and one that is far too high up.
    let all: [(&str, &[usize]); 5] = [
        ("rnn.weight_ih_l0", &[10, 3]),
        ("rnn.weight_hh_l0", &[10, 10]),
        ("rnn.weight_ih_l1", &[5, 10]),
        ("rnn.weight_hh_l1", &[5, 5]),
        ("rnn.weight_hh_l18446744073709551615", &[5, 5]),
    ];
    let all = tensors(&all);
    let modules = modules_in(&all);
    assert_eq!(modules[0].layers.len(), 1);
    assert!(
        modules[0]
            .trouble
            .as_ref()
            .unwrap()
            .starts_with("layer 1 is of another shape")
    );
    assert_eq!(as_pytorch(&all, &modules[0]).len(), 2);
}

/// Of Keras's two GRUs, which have the same names, the biases tell which it is.
#[test]
fn kerass_grus_are_told_apart_by_their_biases() {
    for (bias, cell, how) in [
        (&[6][..], CellKind::GruResetBefore, "reset_after=False"),
        (&[2, 6], CellKind::Gru, "reset_after=True"),
    ] {
        let all: [(&str, &[usize]); 3] = [
            ("gru/kernel:0", &[2, 6]),
            ("gru/recurrent_kernel:0", &[2, 6]),
            ("gru/bias:0", bias),
        ];
        let module = &modules_in(&tensors(&all))[0];
        assert_eq!((module.cell, module.layers.len()), (cell, 1));
        assert!(module.in_words().ends_with(how), "{}", module.in_words());
    }
}
