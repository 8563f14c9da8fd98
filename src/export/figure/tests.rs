//! What a figure shows, read back from what was written.

use proptest::prelude::*;
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Group, Node, Options, Rect, Tree};

use super::super::sight::Sight;
use super::*;
use crate::flow::Magnitude;
use crate::rnn::{Activation, Interrupt};
use crate::scene::{Area, Drawing, FONT, Item, Look, Pixels, Point, Theme, View};
use crate::tasks::TaskKind;
use crate::training::{Experiment, Preset, Snapshot, Trainer, Wanted};

fn snapshot(change: impl FnOnce(&mut Experiment)) -> Snapshot {
    let mut experiment = Experiment::default();
    change(&mut experiment);
    Trainer::new(experiment.check().unwrap())
        .snapshot(Wanted::default(), &Interrupt::default())
        .unwrap()
}

fn adding(length: usize, w_h: f64) -> Snapshot {
    snapshot(|e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = length;
        e.network.w_h = w_h;
    })
}

/// Snapshots with everything that is hard to draw.
fn samples() -> Vec<Snapshot> {
    let mut samples: Vec<Snapshot> = Preset::ALL
        .into_iter()
        .map(|preset| snapshot(|e| *e = preset.experiment()))
        .collect();
    samples.extend([1, 2, 29, 60, 3000].map(|length| adding(length, -1.3)));
    samples.push(snapshot(|e| {
        e.task.length = 14;
        e.probe.text =
            "donaudampfschifffahrtsgesellschaft <b>&\"amp\" 🎬 שלום مرحبا incomprehensibilities film x".to_owned();
    }));
    samples.push(snapshot(|e| e.probe.text.clear()));
    samples.push(snapshot(|e| {
        e.task.kind = TaskKind::Adding;
        e.task.length = 800;
        e.network.activation = Activation::Identity;
        e.network.w_h = 3.0;
    }));
    samples
}

fn figures(snapshot: &Snapshot, look: &Look) -> Vec<Drawing> {
    let sight = Sight::new(snapshot, look);
    let views = View::ALL.map(|which| view(which, &sight));
    std::iter::once(bands(&sight)).chain(views).collect()
}

/// The outlines of every text, as a renderer without any font but ours sets them.
fn outlines(group: &Group, found: &mut Vec<(String, Rect)>) {
    for node in group.children() {
        match node {
            Node::Group(group) => outlines(group, found),
            Node::Text(text) => {
                let written = text.chunks().iter().map(|chunk| chunk.text()).collect();
                found.push((written, text.flattened().abs_bounding_box()));
            }
            _ => {}
        }
    }
}

fn set_texts(drawing: &Drawing) -> Vec<(String, Rect)> {
    let mut options = Options::default();
    options.fontdb_mut().load_font_data(FONT.to_vec());
    let tree = Tree::from_str(&svg(drawing, ""), &options).unwrap();
    let mut found = Vec::new();
    outlines(tree.root(), &mut found);
    found
}

#[test]
fn no_text_is_cut_off_or_written_over_another() {
    for snapshot in samples() {
        let mut look = Look::of(&snapshot);
        let (last, middle) = (snapshot.len(), snapshot.len().div_ceil(2));
        for cursor in [None, Some(last), Some(middle)] {
            look.cursor = cursor;
            for drawing in figures(&snapshot, &look) {
                let texts = set_texts(&drawing);
                assert!(!texts.is_empty());
                let [width, height] = drawing.size.map(|side| side as f32);
                for (index, (text, area)) in texts.iter().enumerate() {
                    let inside = area.left() >= 0.0
                        && area.top() >= 0.0
                        && area.right() <= width
                        && area.bottom() <= height;
                    assert!(inside, "“{text}” on {}", drawing.title);
                    for (other, beside) in &texts[..index] {
                        // Turned words have boxes much larger than themselves.
                        let turned = drawing.layer.texts().any(|found| {
                            found.rotation != 0.0 && (found.text == *text || found.text == *other)
                        });
                        let apart = area.right() <= beside.left()
                            || beside.right() <= area.left()
                            || area.bottom() <= beside.top()
                            || beside.bottom() <= area.top();
                        assert!(
                            apart || turned,
                            "“{text}” over “{other}” on {} of {}",
                            drawing.title,
                            sheet::summary(&snapshot)
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn an_svg_is_xml_and_gives_everything_back() {
    let experiment = "seed = 7\r\n\t[probe]\ntext = \"a < b && c > 'd' ]]> 🎬 שלום\"\n\n";
    for snapshot in samples() {
        let look = Look::of(&snapshot);
        for drawing in figures(&snapshot, &look) {
            let file = svg(&drawing, experiment);
            assert_eq!(experiment_of_svg(&file, MOST).as_deref(), Ok(experiment));
            let document = Document::parse(&file).unwrap();
            let named = |name: &str| {
                let mut found = document
                    .descendants()
                    .filter(|node| node.has_tag_name(name));
                found.next().and_then(|node| node.text()).map(str::to_owned)
            };
            let svg_name = |name: &'static str| ("http://www.w3.org/2000/svg", name);
            assert_eq!(named("title"), Some(drawing.title.clone()));
            assert_eq!(named("desc"), Some(drawing.description.clone()));
            let texts = document.descendants();
            let texts = texts.filter(|node| node.has_tag_name(svg_name("text")));
            let drawn = drawing.layer.texts().map(|text| text.text.as_str());
            assert!(texts.filter_map(|node| node.text()).eq(drawn));
            assert!(!file.contains("NaN\"") && !file.contains("inf"));
        }
    }
    let controls = svg(
        &Drawing::new([10.0, 10.0], "\0", "\u{ffff}", Theme::Print),
        "a\u{1}b",
    );
    assert_eq!(
        experiment_of_svg(&controls, MOST).as_deref(),
        Ok("a\u{fffd}b")
    );
    assert_eq!(experiment_of_svg("<svg/>", MOST), Err(Missing::Absent));
    assert_eq!(experiment_of_svg("not XML", MOST), Err(Missing::Absent));
}

#[test]
fn a_png_has_its_size_its_experiment_and_its_colours() {
    let mut drawing = Drawing::new([40.0, 20.0], "", "", Theme::Print);
    drawing
        .layer
        .fill(Area::new(10.0, 5.0, 20.0, 10.0), [200, 0, 130]);
    let checks = Pixels::new(
        2,
        2,
        |x, y| if x == y { [0, 0, 255] } else { [255, 200, 0] },
    );
    drawing
        .layer
        .image(Area::new(30.0, 10.0, 40.0, 20.0), checks);
    let file = png(&drawing, "text = \"ŷ < 🎬\"\n", 2.0).unwrap();
    assert_eq!(file, png(&drawing, "text = \"ŷ < 🎬\"\n", 2.0).unwrap());
    assert_eq!(
        experiment_of_png(&file, MOST).as_deref(),
        Ok("text = \"ŷ < 🎬\"\n")
    );
    let decoder = ::png::Decoder::new(std::io::Cursor::new(&file));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (80, 40));
    let at = |x: usize, y: usize| &pixels[3 * (80 * y + x)..][..3];
    assert_eq!(at(0, 0), [255, 255, 255]);
    assert_eq!(at(20, 10), [200, 0, 130]);
    assert_eq!(at(39, 19), [200, 0, 130]);
    assert_eq!(at(40, 20), [255, 255, 255]);
    // Every pixel of an image is a rectangle with sharp edges.
    assert_eq!(
        (at(60, 20), at(69, 29)),
        (&[0, 0, 255][..], &[0, 0, 255][..])
    );
    assert_eq!(
        (at(70, 29), at(69, 30)),
        (&[255, 200, 0][..], &[255, 200, 0][..])
    );
    assert_eq!(at(79, 39), [0, 0, 255]);
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e4] {
        assert!(png(&drawing, "", scale).is_err(), "{scale}");
    }
    assert_eq!(experiment_of_png(b"not a PNG", MOST), Err(Missing::Absent));
}

/// A PNG with `text` packed, as other programs may write it, between pixels that are none.
fn packed(text: &str) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, 1, 1);
    encoder.set_color(::png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    let mut chunk = ::png::text_metadata::ITXtChunk::new("Experiment", text);
    chunk.compressed = true;
    writer.write_text_chunk(&chunk).unwrap();
    writer.write_image_data(&[0]).unwrap();
    writer.finish().unwrap();
    file
}

/// 26 MB that some compressors make 26 KB of, others 300, took 1.9 GB when they were unpacked.
#[test]
fn what_a_png_carries_is_unpacked_only_as_far_as_an_experiment_goes() {
    let text = "seed = 3 # ŷ\n";
    let file = packed(text);
    assert_eq!(experiment_of_png(&file, MOST).as_deref(), Ok(text));
    let bomb = packed(&format!("seed=[{}", "1,".repeat(13_000_000)));
    assert!(bomb.len() < 400_000);
    assert_eq!(experiment_of_png(&bomb, MOST), Err(Missing::Large));
    assert_eq!(
        experiment_of_png(&packed(&"#".repeat(MOST)), MOST).map(|it| it.len()),
        Ok(MOST)
    );
    assert_eq!(
        experiment_of_png(&packed(&"#".repeat(MOST + 1)), MOST),
        Err(Missing::Large)
    );
    // Cut anywhere, or with any byte changed, it is answered; a wrong checksum is no experiment.
    for place in 0..file.len() {
        let _ = experiment_of_png(&file[..place], MOST);
        let mut damaged = file.clone();
        damaged[place] ^= 0x5a;
        if let Ok(found) = experiment_of_png(&damaged, MOST) {
            assert_eq!(found, text);
        }
    }
}

/// What is read of a carried text in tests: what files are read to.
const MOST: usize = 1_000_000;

/// The measured curve of the figure, and the two bars of every step.
fn drawn(drawing: &Drawing) -> (Vec<Point>, Vec<Area>, Vec<Area>) {
    let (mut curve, mut f_prime, mut w_h) = (Vec::new(), Vec::new(), Vec::new());
    for item in &drawing.layer.items {
        match item {
            Item::Line { points, stroke }
                if stroke.colour == Theme::Print.colours().measured && points.len() > 2 =>
            {
                curve.extend(points);
            }
            Item::Bars { areas, fill } if *fill == Theme::Print.colours().f_prime => {
                f_prime.clone_from(areas)
            }
            Item::Bars { areas, fill } if *fill == Theme::Print.colours().w_h => {
                w_h.clone_from(areas)
            }
            _ => {}
        }
    }
    (curve, f_prime, w_h)
}

#[test]
fn the_bands_show_the_numbers_of_the_snapshot() {
    let snapshot = snapshot(|e| {
        e.task.kind = TaskKind::Latch;
        e.task.length = 50;
        e.network.activation = Activation::Sigmoid;
    });
    let look = Look::of(&snapshot);
    let (curve, f_prime, w_h) = drawn(&bands(&Sight::new(&snapshot, &look)));
    let steps = &snapshot.probe.flow.steps;
    assert_eq!((curve.len(), f_prime.len(), w_h.len()), (50, 50, 50));
    // Points per decade and per timestep, from the two ends.
    let to_end = |t: usize| steps[t].to_end.log10().unwrap();
    let up = (curve[0][1] - curve[49][1]) / (to_end(0) - to_end(49));
    let along = (curve[49][0] - curve[0][0]) / 49.0;
    let decade = w_h[0].height() / -steps[0].w_h().log10().unwrap();
    for (t, point) in curve.iter().enumerate() {
        assert!((curve[49][1] + up * (to_end(t) - to_end(49)) - point[1]).abs() < 1e-6);
        assert!((curve[0][0] + along * t as f64 - point[0]).abs() < 1e-6);
        // One time axis: the bars stand below their points.
        assert!((f_prime[t].centre()[0] - point[0]).abs() < 1e-6);
        assert!((w_h[t].height() / decade + steps[t].w_h().log10().unwrap()).abs() < 1e-9);
        assert!((f_prime[t].height() / decade + steps[t].f_prime().log10().unwrap()).abs() < 1e-9);
        // One hangs from the other.
        assert!((f_prime[t].top - w_h[t].bottom).abs() < 1e-9);
    }
}

#[test]
fn ten_thousand_timesteps_make_a_small_file_with_their_extremes() {
    let mut snapshot = adding(10_000, 1.2);
    let spike = Magnitude::Finite {
        negative: false,
        log10: 40.0,
    };
    snapshot.probe.flow.steps[5432].to_end = spike;
    let look = Look::of(&snapshot);
    let drawing = bands(&Sight::new(&snapshot, &look));
    assert!(svg(&drawing, "").len() < 500_000);
    let (curve, _, _) = drawn(&drawing);
    let heights = curve.iter().map(|point| point[1]);
    let (highest, one) = (
        heights.fold(f64::INFINITY, f64::min),
        curve[curve.len() - 1][1],
    );
    assert!(highest < one - 1.0, "no spike: {highest} above {one}");
}

/// The shapes of the outcomes in a figure: triangles down and up, and crosses.
fn shapes_of(drawing: &Drawing) -> [usize; 3] {
    let mut found = [0; 3];
    for item in &drawing.layer.items {
        match item {
            Item::Polygon { points, .. } if points[0][1] == points[1][1] => {
                found[usize::from(points[2][1] < points[0][1])] += 1;
            }
            Item::Line { points, stroke } if stroke.width == 1.8 && points[0][1] < points[1][1] => {
                found[2] += 1;
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_outcome_has_its_shape() {
    for length in [10, 60, 2000] {
        let mut snapshot = adding(length, 0.9);
        let look = Look::of(&snapshot);
        assert_eq!(shapes_of(&bands(&Sight::new(&snapshot, &look))), [0, 0, 0]);
        let outcomes = [
            Magnitude::Zero,
            Magnitude::Overflow { negative: true },
            Magnitude::Nan,
        ];
        for (index, outcome) in outcomes.into_iter().enumerate() {
            let at = (2 * index + 1) * length / 10;
            snapshot.probe.flow.steps[at].to_end = outcome;
            snapshot.probe.flow.steps[at].factor = outcome;
        }
        // In product and reason, each in the plot and in the legend; in the strip too, but an edge that is
        // exactly zero between nodes is dashed.
        let nodes = usize::from(length > 10);
        assert_eq!(
            shapes_of(&bands(&Sight::new(&snapshot, &look))),
            [4 + 2 * nodes, 6, 6],
            "{length}"
        );
    }
}

fn any_magnitude() -> impl Strategy<Value = Magnitude> {
    prop_oneof![
        any::<f64>().prop_map(Magnitude::new),
        (any::<bool>(), -1e300..1e300_f64)
            .prop_map(|(negative, log10)| Magnitude::Finite { negative, log10 }),
        Just(Magnitude::Zero),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever a snapshot holds, every figure of it is written and drawn.
    #[test]
    fn no_snapshot_is_too_odd(
        length in prop_oneof![1..40_usize, 40..3000_usize],
        magnitudes in prop::collection::vec(any_magnitude(), 1..40),
        numbers in prop::collection::vec(any::<f64>(), 1..40),
        cursor in any::<usize>(),
        hidden in 1..3_usize,
    ) {
        let mut snapshot = adding(length, 0.9);
        let mut magnitude = magnitudes.iter().copied().cycle();
        for step in &mut snapshot.probe.flow.steps {
            let [f_prime, w_h] = &mut step.parts;
            for part in [
                f_prime, w_h, &mut step.factor, &mut step.to_end, &mut step.dl_do,
            ] {
                *part = magnitude.next().unwrap_or(Magnitude::Nan);
            }
        }
        for (state, number) in snapshot.probe.states.iter_mut().zip(numbers.iter().cycle()) {
            *state = *number;
        }
        (snapshot.probe.prediction, snapshot.probe.loss, snapshot.probe.target) = (numbers[0], f64::NAN, f64::INFINITY);
        (snapshot.probe.flow.state_width, snapshot.probe.flow.bound_per_step_log10) = (hidden, numbers[0]);
        let mut look = Look::of(&snapshot);
        look.cursor = Some(cursor);
        for drawing in figures(&snapshot, &look) {
            let file = svg(&drawing, "");
            prop_assert!(Document::parse(&file).is_ok());
            prop_assert!(png(&drawing, "", 0.25).is_ok());
        }
    }
}
