use super::*;
use crate::scene::testing::{given, looking_at, moment, moments, moments_of_any_network, with_w_h};

const ROOM: Area = Area::new(20.0, 90.0, 940.0, 520.0);

/// What `check` finds in the view of the 1-based timestep `k`.
fn at<T>(snapshot: &Snapshot, k: usize, check: impl Fn(&Subject<'_>) -> T) -> T {
    given(snapshot, &looking_at(snapshot, k), None, check)
}

fn page() -> Canvas {
    Canvas::page(ROOM, Theme::Print)
}

fn screen(width: f64, height: f64) -> Canvas {
    Canvas::screen(Area::new(0.0, 0.0, width, height), Theme::Dark, 1.0)
}

fn sketch(subject: &Subject<'_>, canvas: &Canvas) -> Sketch {
    let mut picture = picture(subject, canvas, canvas.area);
    match picture.parts.pop() {
        Some(Part::Sketch(sketch)) => sketch,
        other => panic!("{other:?} is no formula"),
    }
}

fn factors_of(subject: &Subject<'_>) -> Vec<Piece> {
    let blocks = written(subject, Theme::Dark.colours());
    let lines = blocks.into_iter().flat_map(|block| block.lines);
    lines.flat_map(|line| line.run.pieces).collect()
}

/// On an enlarged tile all nine factors of ten words are there, and letters are as large at every step, in either
/// direction.
#[test]
fn no_factor_is_hidden_where_there_is_room_and_letters_stay_as_large() {
    for hidden in [1, 4] {
        let snapshot = moment(2, |e| e.network.hidden = hidden);
        for direction in [Direction::ToEnd, Direction::FromFirst] {
            let mut sizes = Vec::new();
            for k in 1..=10 {
                let look = Look {
                    direction,
                    ..looking_at(&snapshot, k)
                };
                given(&snapshot, &look, None, |subject| {
                    let sketch = sketch(subject, &screen(960.0, 600.0));
                    let factors = match direction {
                        Direction::ToEnd => 10 - k,
                        Direction::FromFirst => k - 1,
                    };
                    assert_eq!(factors_of(subject).len(), factors);
                    let said = sketch.hot.areas(&sketch.frame);
                    let said = said.iter().filter_map(|(_, at)| says(subject, 0, *at));
                    let told = said.filter(|text| text.contains("the product so far"));
                    assert_eq!(told.count(), factors, "{k}");
                    let sizes_here = sketch.layer.texts().map(|text| text.size);
                    sizes.push(sizes_here.fold(0.0, f64::max));
                });
            }
            assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
            assert!(sizes[0] >= 12.0, "{sizes:?}");
        }
    }
}

/// The numbers below the symbols are those of the snapshot, as people write them, and the last factor stands out.
#[test]
fn the_numbers_are_the_snapshots() {
    let snapshot = moment(3, |e| e.network.w_h = -0.9);
    let (n, flow) = (snapshot.len(), &snapshot.probe.flow);
    at(&snapshot, n - 2, |subject| {
        let factors = factors_of(subject);
        let [tenth, ninth] = &factors[..] else {
            panic!("two factors");
        };
        let written = |t: usize| {
            format!(
                "{} · ({})",
                flow.steps[t - 1].f_prime(),
                flow.steps[t - 1].w_h()
            )
        };
        assert_eq!(
            tenth.below,
            [written(n), flow.steps[n - 2].dl_do.to_string()]
        );
        assert_eq!(
            ninth.below,
            [written(n - 1), flow.steps[n - 3].dl_do.to_string()]
        );
        assert_eq!([tenth.is_marked, ninth.is_marked], [false, true]);
        let term = magnitude_in_full(flow.steps[n - 3].term_w_h.magnitude);
        let all: Vec<String> = (0..12)
            .filter_map(|place| says(subject, 0, [f64::from(place), 0.0]))
            .collect();
        assert!(
            all.iter()
                .any(|text| text.starts_with(&format!("the term of step 8 in ∂L/∂wₕ = {term}")))
        );
    });
    let from_first = Look {
        direction: Direction::FromFirst,
        ..looking_at(&snapshot, 3)
    };
    given(&snapshot, &from_first, None, |subject| {
        let factors = factors_of(subject);
        let so_far: Vec<&str> = factors
            .iter()
            .map(|factor| factor.below[1].as_str())
            .collect();
        let expected = [1, 2].map(|t| flow.steps[t].from_first.to_string());
        assert_eq!(so_far, expected);
        assert_eq!(
            factors.iter().map(|it| it.is_marked).collect::<Vec<_>>(),
            [false, true]
        );
    });
}

/// Every formula of every kind of moment is understood by the typesetter and is inside of a page.
#[test]
fn all_lines_are_inside_of_a_page_and_say_what_they_are() {
    let of_the_lecture = moments().into_iter();
    let mut all: Vec<(String, Snapshot)> = of_the_lecture
        .map(|(name, snapshot)| (name.to_owned(), snapshot))
        .collect();
    let infinite = with_w_h(&moment(0, |_| {}), f64::NEG_INFINITY);
    all.push(("−∞".to_owned(), infinite));
    all.extend(moments_of_any_network());
    for (name, snapshot) in &all {
        for (k, direction) in [
            (1, Direction::ToEnd),
            (snapshot.len(), Direction::ToEnd),
            (1, Direction::FromFirst),
            (snapshot.len(), Direction::FromFirst),
        ] {
            let look = Look {
                direction,
                ..looking_at(snapshot, k)
            };
            given(snapshot, &look, None, |subject| {
                let sketch = sketch(subject, &page());
                let areas = sketch.hot.areas(&sketch.frame);
                assert!(!areas.is_empty(), "{name}");
                for (area, place) in areas {
                    let corners = [[area.left, area.top], [area.right, area.bottom]];
                    let is_inside = |at: &[f64; 2]| ROOM.grown(3.0).contains(*at);
                    assert!(corners.iter().all(is_inside), "{name}");
                    assert!(says(subject, 0, place).is_some_and(|text| !text.is_empty()));
                }
                for block in written(subject, Theme::Dark.colours()) {
                    for piece in block.lines.iter().flat_map(EquationLine::pieces) {
                        let formula = subject.memo.formula(&piece.tex, [0; 3]);
                        assert_eq!(formula.lost, 0, "{}", piece.tex);
                    }
                }
            });
            assert!(spoken(snapshot, k).contains(&format!("the term of step {k} is ")));
        }
    }
    let mut empty = moment(0, |_| {});
    empty.probe.flow.steps.clear();
    at(&empty, 1, |subject| {
        assert!(written(subject, Theme::Dark.colours()).is_empty())
    });
}

/// A number that is cut off is a wrong number.
#[test]
fn what_is_too_small_to_be_read_is_not_drawn() {
    let snapshot = moment(0, |_| {});
    at(&snapshot, 1, |subject| {
        let canvas = screen(90.0, 60.0);
        let small = picture(subject, &canvas, canvas.area);
        assert!(small.is_absent());
        assert!(small.description.contains("enlarge this tile"));
    });
}

#[test]
fn one_goes_no_farther_than_the_ends() {
    let snapshot = moment(0, |_| {});
    for (k, possible) in [(1, [false, true]), (5, [true; 2]), (10, [true, false])] {
        let choices = at(&snapshot, k, step_choices).remove(0);
        let [back, forth] = &choices[..] else {
            panic!("there are two");
        };
        assert_eq!([back.refusal.is_none(), forth.refusal.is_none()], possible);
        assert_eq!(back.change, Change::MoveCursor(-1));
        assert_eq!(forth.change, Change::MoveCursor(1));
    }
}
