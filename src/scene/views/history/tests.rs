use super::*;
use crate::scene::testing::{answered, assert_pixel, charts, moment, page};

#[test]
fn every_recorded_step_is_a_column() {
    let snapshot = moment(30, |_| {});
    answered(&VIEW, &snapshot, None, |subject| {
        let run = Run::of(&snapshot.run.timeline, &page());
        let chart = &charts(&VIEW, subject)[0];
        assert_eq!((run.size, &chart.hot), ((30, 10), &Hot::Cells(30, 10)));
        for (column, row) in snapshot.run.timeline.rows.iter().enumerate() {
            assert_eq!(row.step, column as u64);
            for t in 1..=10 {
                let value = row.nearest(t).1;
                assert_pixel(chart, (column, t - 1), Some(value));
                // What is said is of the step that a click goes to.
                let said = says(subject, 0, [column as f64 + 0.4, t as f64]).unwrap();
                let value = magnitude_in_full(value);
                let expected = format!("step {column}\nt = {t}\n∂oₙ/∂oₜ = {value}:");
                assert!(said.starts_with(&expected), "{said}");
            }
        }
    });
}

#[test]
fn what_was_changed_by_hand_is_marked_and_said() {
    let mut snapshot = moment(30, |_| {});
    let change = |step| HandChange {
        between: (step, step),
        what: [Difference {
            key: "network.w_h",
            value: crate::training::Value::Number(1.5),
        }]
        .into(),
    };
    let legend = |snapshot: &Snapshot| {
        answered(&VIEW, snapshot, None, |subject| {
            header(subject, &page()).legend
        })
    };
    assert!(legend(&snapshot).is_empty());
    snapshot.run.timeline.changes = [change(7), change(20)].into();
    assert_eq!(legend(&snapshot)[0].text, "changed by hand");
    answered(&VIEW, &snapshot, None, |subject| {
        let chart = &charts(&VIEW, subject)[0];
        let uprights = chart.series.iter().filter_map(|series| match series {
            Series::Upright { x, .. } => Some(*x),
            _ => None,
        });
        assert_eq!(uprights.collect::<Vec<_>>(), [7.0, 7.0, 20.0, 20.0]);
        let words = "step 7\nchanged by hand after step 7: recurrent weight wₕ = 1.5\nt = 3\n";
        assert!(says(subject, 0, [7.2, 3.0]).unwrap().starts_with(words));
        let said = says(subject, 0, [9.0, 3.0]).unwrap();
        assert!(!said.contains("by hand"), "{said}");
        assert!(description(subject).ends_with("after step 20: recurrent weight wₕ = 1.5"));
    });
}

#[test]
fn one_goes_to_where_one_is_not() {
    let snapshot = moment(3, |_| {});
    answered(&VIEW, &snapshot, None, |subject| {
        let possible: Vec<_> = choices(subject)
            .concat()
            .into_iter()
            .map(|choice| (choice.change, choice.refusal.is_none()))
            .collect();
        assert_eq!(
            possible,
            [
                (Change::LookAt(Some(0)), true),
                (Change::LookAt(Some(2)), true),
                (Change::LookAt(None), false),
                (Change::LookAt(None), false),
            ]
        );
    });
}
