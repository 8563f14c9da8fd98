use super::*;
use crate::rnn::CellKind;
use crate::scene::testing::{answered, charts, lines, marks, moment, page, points};

#[test]
fn the_point_of_today_is_on_the_curve() {
    let snapshot = moment(3, |_| {});
    answered(&VIEW, &snapshot, None, |subject| {
        let loss = &charts(&VIEW, subject)[0];
        let [([x, y], marker)] = points(loss, "here and now")[..] else {
            panic!("one point");
        };
        assert_eq!(x, snapshot.moment.weights.w_h);
        assert_eq!(marker.fill, Some(page().colours().w_h));
        let curve = lines(loss, "L")[0].0.concat();
        let here = curve.iter().filter(|at| at[0] == x);
        assert_eq!(here.filter(|at| (at[1] - y).abs() < 1e-12).count(), 1);
    });
}

/// ⟨∂L/∂W_h, W_h⟩/ρ is no entry of ∂L/∂W_h, and not its norm either.
#[test]
fn what_is_drawn_of_many_units_is_called_by_its_name() {
    for (hidden, is) in [(1, "∂L/∂wₕ"), (5, "∂L/∂ρ")] {
        let snapshot = moment(2, |e| e.network.hidden = hidden);
        answered(&VIEW, &snapshot, None, |subject| {
            let here = snapshot.moment.weights.w_h;
            let said = says(subject, 0, [here, 0.0]).unwrap();
            assert!(said.contains(&format!("\n{is} = ")), "{said}");
            let header = header(subject, &page());
            assert!(header.sentence.contains(&format!(" and {is} = ")));
            assert_eq!(header.legend[1].text, format!("{is} above zero"));
            let lower = &charts(&VIEW, subject)[1];
            assert_eq!(lower.left.name, format!("|{is}|"));
        });
    }
}

#[test]
fn what_is_below_zero_is_dashed_and_what_is_not_finite_has_its_mark() {
    let snapshot = moment(0, |_| {});
    let point = |at, loss, gradient| LandscapePoint { at, loss, gradient };
    let points = [
        point(0.0, 1.0, 2.0),
        point(1.0, 2.0, 3.0),
        point(2.0, 2.0, -3.0),
        point(3.0, 1.0, -2.0),
        point(4.0, f64::INFINITY, f64::NAN),
    ];
    answered(&VIEW, &snapshot, None, |subject| {
        let canvas = page();
        let both = Both {
            subject,
            canvas: &canvas,
            points: &points,
            x: (0.0, 4.0),
        };
        let chart = both.gradient(canvas.area, Vec::new());
        let begun = lines(&chart, "").into_iter();
        let begun: Vec<_> = begun
            .map(|(runs, stroke)| (runs[0][0][0], stroke.dash))
            .collect();
        assert_eq!(begun, [(0.0, None), (2.0, Some([5.0, 3.0]))]);
        assert_eq!(marks(&chart), [(4.0, Magnitude::Nan)]);
        let infinite = Magnitude::Overflow { negative: false };
        assert_eq!(marks(&both.loss(canvas.area, &[])), [(4.0, infinite)]);
    });
}

/// Of a gated cell with biases there is a choice, and each axis has its own names and place; without biases there is none.
#[test]
fn a_gated_cell_can_lie_over_its_forget_bias() {
    let snapshot = moment(2, |e| {
        e.network.cell = CellKind::Lstm;
        (e.network.hidden, e.network.bias) = (1, true);
        e.network.forget_bias = Some(2.0);
    });
    let here = snapshot.moment.network.carrying_bias().unwrap();
    assert!((here - 2.0).abs() < 0.5);
    for (axis, at, gradient) in [
        (
            LandscapeAxis::RecurrentWeight,
            snapshot.moment.weights.w_h,
            "∂L/∂ρ",
        ),
        (LandscapeAxis::ForgetBias, here, "∂L/∂bias"),
    ] {
        let look = Look {
            landscape_axis: axis,
            ..Look::of(&snapshot)
        };
        answered(&VIEW, &snapshot, Some(look), |subject| {
            assert_eq!(choices(subject)[0].len(), 2);
            let said = says(subject, 0, [at, 0.0]).unwrap();
            assert!(said.contains(&format!("\n{gradient} = ")), "{said}");
            let loss = &charts(&VIEW, subject)[0];
            let [([x, _], _)] = points(loss, "here and now")[..] else {
                panic!("one point");
            };
            assert_eq!(x, at);
        });
    }
    let plain = moment(0, |e| e.network.cell = CellKind::Lstm);
    answered(&VIEW, &plain, None, |subject| {
        assert!(choices(subject).is_empty());
    });
}
