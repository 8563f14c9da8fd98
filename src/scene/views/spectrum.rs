//! The spectrum: eigenvalues of W_h against the unit circle, and the singular values of the product P_{n←k} at the
//! cursor.

use super::kit::*;
use crate::flow::{SingularValues, Ways};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Spectrum",
    slug: "spectrum",
    meaning: "Eigenvalues of Wₕ against the unit circle, and singular values of the product",
    concept: Concept::SpectralRadius,
    spoken: "Spectrum",
    wants: |_| Wanted {
        eigenvalues: true,
        ..Wanted::NOTHING
    },
    question: |snapshot, look| {
        Some(Question::SingularValues {
            k: look.timestep(snapshot.len()),
        })
    },
    header,
    picture,
    table,
    says,
    // From the last step on the product is the unit matrix.
    usual_timestep: |_| Some(1),
    ..Definition::EMPTY
};

/// Room for the axis of a plane of numbers near 1 on a screen.
const NARROW_AXIS: f64 = 34.0;

/// The singular values are left out where they would be narrower.
const LEAST_ROOM: f64 = 70.0;

/// Which parts can be pointed at.
const EIGENVALUES: usize = 1;
const SINGULAR_VALUES: usize = 3;

fn header(subject: &Subject<'_>, _: &Canvas) -> Header {
    let moment = &subject.snapshot.moment;
    let (equals, since) = if moment.spectrum_is_old {
        ("≈", " · measured while paused")
    } else {
        ("=", "")
    };
    let (radius, sigma_1) = (moment.spectrum.spectral_radius, moment.spectrum.sigma_1);
    let mut sentence = format!(
        "ρ(Wₕ) {equals} {}, σ₁(Wₕ) {equals} {}",
        near_one(radius),
        near_one(sigma_1)
    );
    let mut short = format!(
        "ρ {equals} {}, σ₁ {equals} {}",
        near_one(radius),
        near_one(sigma_1)
    );
    let mut meaning = "ρ is the spectral radius of Wₕ, the farthest eigenvalue from 0; σ₁ its largest singular value, the most that one step can stretch a vector".to_owned();
    if let Some(lyapunov) = subject.snapshot.probe.flow.lyapunov(1) {
        let lyapunov = significant(lyapunov);
        let has_gates = has_direct_way(subject.snapshot);
        let (with, knows) = match (subject.snapshot.probe.flow.ways(), has_gates) {
            (Ways::OneAfterTheOther, _) => ("f′", "f′"),
            (Ways::SideBySide, true) => ("the gates", "the gates and their slopes"),
            (Ways::SideBySide, false) => ("all layers", "f′ and how the layers read each other"),
        };
        sentence += &format!(", and with {with} the Lyapunov exponent λ = {lyapunov}");
        short += &format!(", λ = {lyapunov}");
        meaning += &format!(
            "\nλ is the Lyapunov exponent: the mean of ln of what a step does to the loss's gradient. Below 0 it vanishes, above 0 it explodes. It knows {knows}, the eigenvalues of Wₕ do not"
        );
    }
    if moment.spectrum_is_old {
        meaning += "\nThe eigenvalues of so many units take about a second, so training does not wait for them";
    }
    Header {
        name: VIEW.name,
        sentence,
        short: Some(short + since),
        meaning,
        ..Header::default()
    }
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let side = room.height().min(0.48 * room.width());
    let left = Area {
        right: room.left + side,
        ..room
    };
    let right = Area {
        left: left.right + 24.0,
        ..room
    };
    let (mut parts, eigenvalues) = eigenvalues(subject, canvas, left);
    let mut description = eigenvalues;
    if canvas.is_page() || right.width() >= LEAST_ROOM {
        let (half, singular_values) = singular_values(subject, canvas, right);
        parts.extend(half);
        description += &format!("; {singular_values}");
    }
    Picture { parts, description }
}

/// A header at the top of `area`, and what is left below.
fn headed(header: Header, canvas: &Canvas, area: Area) -> (Part, Area) {
    let rest = header.draw(&mut Layer::default(), area, canvas.colours());
    (Part::Header(header, area), rest)
}

/// How far an eigenvalue is from 0.
fn size(value: &[f64; 2]) -> f64 {
    value[0].hypot(value[1])
}

/// An eigenvalue, and of which block of which layer it is, both from 0.
#[derive(Clone, Copy)]
struct Eigenvalue {
    value: [f64; 2],
    block: usize,
    layer: usize,
}

/// All that have been measured, H of each block of W_h of each layer.
fn all<'a>(subject: &Subject<'a>) -> impl Iterator<Item = Eigenvalue> + use<'a> {
    let moment = &subject.snapshot.moment;
    let hidden = moment.network.parameters.hidden();
    let blocks = moment.network.cell.cell().blocks().len();
    let values = moment.eigenvalues.as_deref().unwrap_or_default().iter();
    values.enumerate().map(move |(place, &value)| Eigenvalue {
        value,
        block: place / hidden % blocks,
        layer: place / hidden / blocks,
    })
}

/// What the blocks are called and drawn in; nothing for a cell with one.
fn blocks(subject: &Subject<'_>, colours: &Colours) -> Vec<(&'static str, Colour)> {
    let cell = subject.snapshot.moment.network.cell.cell();
    let mut others = [colours.w_h, colours.f_prime, colours.w_i]
        .into_iter()
        .cycle();
    let names = cell.blocks().iter().enumerate();
    let blocks = names.map(|(block, name)| {
        // The colour that it has everywhere else.
        let colour = match cell.carrying_gate() == Some(block) {
            true => colours.carry,
            false => others.next().unwrap_or(colours.w_h),
        };
        (*name, colour)
    });
    match cell.blocks() {
        [_] => Vec::new(),
        _ => blocks.collect(),
    }
}

/// `Wₕ of gate f, layer 2`, where there is something to tell apart.
fn matrix_in_words(subject: &Subject<'_>, of: Eigenvalue) -> String {
    let network = &subject.snapshot.moment.experiment.network;
    let mut words = "Wₕ".to_owned();
    if let names @ [_, _, ..] = network.cell.cell().blocks() {
        words += &format!(" of gate {}", names[of.block]);
    }
    if network.layers > 1 {
        words += &format!(" of layer {}", of.layer + 1);
    }
    words
}

/// The complex plane with the unit circle, and the same in words.
fn eigenvalues(subject: &Subject<'_>, canvas: &Canvas, area: Area) -> (Vec<Part>, String) {
    let moment = &subject.snapshot.moment;
    let values: Vec<Eigenvalue> = all(subject).collect();
    let finite = values.iter().filter(|it| size(&it.value).is_finite());
    let finite: Vec<Eigenvalue> = finite.copied().collect();
    let lost = values.len() - finite.len();
    let inside = finite.iter().filter(|it| size(&it.value) < 1.0).count();
    let mut sentence = String::new();
    if !values.is_empty() {
        let count = thousands(values.len() as u64);
        sentence = format!("{inside} of {count} inside the unit circle");
    }
    if lost > 0 {
        sentence += &format!(", {lost} not finite");
    }
    let header = Header {
        name: "Eigenvalues of Wₕ",
        sentence,
        legend: blocks(subject, canvas.colours())
            .into_iter()
            .map(|(name, colour)| {
                Entry::new(Swatch::Point, colour, name)
                    .meaning("The H × H block of Wₕ that this gate reads the state by")
                    .about(Concept::Gate)
            })
            .collect(),
        ..Header::default()
    };
    let (header, rest) = headed(header, canvas, area);
    let unmeasured = canvas.by_medium(
        "The eigenvalues have not been measured",
        "The eigenvalues are measured while paused",
    );
    let colours = canvas.colours();
    let remark = match (&values[..], &finite[..]) {
        ([], _) => Some(Remark::new(unmeasured, colours.theory)),
        (_, []) => Some(Remark::new("No eigenvalue is finite", colours.error)),
        _ => None,
    };
    let chart = Chart {
        remark,
        ..plane(subject, &finite, canvas, rest)
    };
    let description = if values.is_empty() {
        unmeasured.to_owned()
    } else {
        format!(
            "{} eigenvalues, {inside} inside the unit circle, the farthest at {}",
            values.len(),
            near_one(moment.spectrum.spectral_radius)
        )
    };
    (vec![header, Part::Chart(chart)], description)
}

/// The complex plane with the unit circle and `values`.
fn plane(subject: &Subject<'_>, values: &[Eigenvalue], canvas: &Canvas, area: Area) -> Chart {
    let colours = canvas.colours();
    let mut blocks = blocks(subject, colours);
    if blocks.is_empty() {
        blocks.push(("eigenvalues", colours.w_h));
    }
    let (name, below) = canvas.axis_name("real part; imaginary part upwards");
    let left = canvas.by_medium(LEFT_AXIS, NARROW_AXIS);
    let room = area.without(left, 6.0, 4.0, BOTTOM_AXIS + below);
    let side = room.width().min(room.height());
    let square = room.upper_left(side);
    let reach = 1.15 * values.iter().map(|it| size(&it.value)).fold(1.0, f64::max);
    let frame = Frame::new(square, (-reach, reach), (-reach, reach));
    let faint = Stroke::new(colours.faint, 1.0);
    let of_blocks = blocks.into_iter().enumerate();
    let of_blocks = of_blocks.map(|(block, (name, colour))| {
        let of_block = values.iter().filter(|it| it.block == block);
        let marker = Marker::disc(3.4, colour).edged(Stroke::new(colours.ground, 0.6));
        Series::points(name, of_block.map(|it| it.value).collect(), marker)
    });
    let mut series = vec![
        Series::level(0.0, faint),
        Series::upright(0.0, faint),
        Series::Circle {
            radius: 1.0,
            stroke: Stroke::new(colours.theory, 1.3),
        },
    ];
    series.extend(of_blocks);
    Chart {
        left: Axis::new(
            linear(-reach, reach, side, canvas.by_medium(40.0, 26.0)),
            "",
        ),
        bottom: Some(
            Axis::new(
                linear(-reach, reach, side, canvas.by_medium(60.0, 34.0)),
                name,
            )
            .with_grid(),
        ),
        series,
        hot: Hot::Points(values.iter().map(|it| it.value).collect()),
        ..Chart::new("eigenvalues", frame)
    }
}

/// n, k and the singular values that are known, of this network or of what it was a moment ago.
fn found<'a>(subject: &Subject<'a>) -> Option<(usize, usize, &'a SingularValues)> {
    let answer = subject.answer_of_this_width()?;
    match (answer.finding, answer.question) {
        (Finding::SingularValues(values), Question::SingularValues { k }) => {
            Some((answer.of.len(), k, values))
        }
        _ => None,
    }
}

/// Singular values of P_{n←k}, largest first, in decades, and the same in words.
fn singular_values(subject: &Subject<'_>, canvas: &Canvas, area: Area) -> (Vec<Part>, String) {
    let colours = canvas.colours();
    let found = found(subject).filter(|(_, _, values)| !values.values.is_empty());
    let here = (subject.len(), subject.timestep());
    let (n, k) = found.map_or(here, |(n, k, _)| (n, k));
    let [n_text, k_text] = [n, k].map(|t| thousands(t as u64));
    let mut header = Header {
        name: "Singular values",
        sentence: format!(
            "of {}, n = {n_text}, k = {k_text}",
            subject.by_network("∂oₙ/∂oₖ", "∂sₙ/∂sₖ")
        ),
        ..Header::default()
    };
    let Some((_, _, values)) = found else {
        let (header, rest) = headed(header, canvas, area);
        let text = if canvas.is_page() {
            "The singular values have not been computed for this moment".to_owned()
        } else {
            format!("Singular values: {}", subject.absence)
        };
        let absent = Part::Absent(Remark::new(text.clone(), colours.theory), rest);
        return (vec![header, absent], text);
    };
    header.legend = vec![
        Entry::new(Swatch::Point, colours.measured, "σ, largest first")
            .meaning(
                "What the product does to vectors in one direction; the gradient is carried back by each",
            )
            .about(Concept::SingularValue),
    ];
    let outcomes = Entry::of_outcomes(values.values.iter().copied(), colours.error);
    header.legend.extend(outcomes);
    let (header, rest) = headed(header, canvas, area);
    let chart = chart_of_singular_values(values, canvas, rest);
    let [first, last] = [0, values.trusted.max(1) - 1].map(|index| values.values[index]);
    let description = format!(
        "singular values of the product from step {k} to step {n}, from {first} to {last}",
        k = counted(k),
        n = counted(n)
    );
    (vec![header, Part::Chart(chart)], description)
}

fn chart_of_singular_values(values: &SingularValues, canvas: &Canvas, area: Area) -> Chart {
    let colours = canvas.colours();
    let (name, below) = canvas.axis_name("number of the singular value");
    let area = area.without(LEFT_AXIS, 6.0, 6.0, BOTTOM_AXIS + below);
    let all = || (1..).zip(values.values.iter().copied());
    let number = |(index, value): (u32, Magnitude)| (f64::from(index), value);
    let points: Vec<[f64; 2]> = all()
        .map(number)
        .take(values.trusted)
        .filter_map(|(index, value)| Some([index, value.log10()?]))
        .collect();
    let logarithms = points.iter().map(|point| point[1]).chain([0.0]);
    let (low, high) = ends(logarithms).unwrap_or((0.0, 0.0));
    let y = round_range(low, high, 2.0);
    let count = values.values.len() as f64;
    let mut series = vec![
        Series::level(0.0, Stroke::new(colours.faint, 1.2)),
        Series::points("σ", points, Marker::disc(3.2, colours.measured)),
        Series::not_finite(all().map(number), colours.error, 0.0),
    ];
    let lost = lost(values);
    if lost > 0 {
        series.push(Series::Corner {
            text: format!("{} lost to rounding", thousands(lost as u64)),
            colour: colours.theory,
        });
    }
    let is_nowhere = !values.values.iter().any(|value| value.log10().is_some());
    let remark = values.values.first().filter(|_| is_nowhere);
    let x = (0.5 - 0.02 * count, count + 0.5 + 0.02 * count);
    let frame = Frame::new(area, x, y);
    let numbers = whole(1.0, count, count * 40.0 / area.width());
    Chart {
        left: Axis::decades(&frame).named("σ"),
        bottom: Some(Axis::new(numbers, name)),
        series,
        remark: remark
            .map(|first| Remark::new(format!("Every singular value is {first}"), colours.error)),
        hot: Hot::Steps(1, values.values.len()),
        ..Chart::new("singular values", frame)
    }
}

/// How many values are nothing but rounding. What has no logarithm is not lost: it has its own mark.
fn lost(values: &SingularValues) -> usize {
    (0..values.values.len())
        .filter(|&index| is_lost(values, index))
        .count()
}

/// Whether the value at the 0-based `index` is lost to rounding: a zero is a zero.
fn is_lost(values: &SingularValues, index: usize) -> bool {
    let value = values.values.get(index).and_then(|value| value.log10());
    index >= values.trusted && value.is_some()
}

fn says(subject: &Subject<'_>, part: usize, [x, y]: [f64; 2]) -> Option<String> {
    match part {
        EIGENVALUES => {
            let (sign, size) = (if y < 0.0 { "−" } else { "+" }, size(&[x, y]));
            let meaning = match size {
                size if size < 1.0 => "inside the unit circle: what Wₕ does to it dies away",
                size if size > 1.0 => "outside the unit circle: what Wₕ does to it grows",
                _ => "on the unit circle: Wₕ keeps it",
            };
            let of = all(subject).filter(|it| it.value == [x, y]);
            let matrices: Vec<String> = of.map(|it| matrix_in_words(subject, it)).collect();
            let matrix = matrices.join(" and ");
            let meaning = meaning.replace("Wₕ", &matrix);
            Some(format!(
                "{} {sign} {} i, at {} from 0\n{meaning}",
                in_full(x),
                in_full(y.abs()),
                in_full(size)
            ))
        }
        SINGULAR_VALUES => {
            let (n, k, values) = found(subject)?;
            let index = x as usize;
            let value = values.values.get(index.checked_sub(1)?)?;
            let meaning = if is_lost(values, index - 1) {
                "lost to rounding"
            } else {
                "what is left in one direction"
            };
            Some(format!(
                "singular value {index} of {}\nσ = {}: {meaning} from t = {n} back to t = {k}",
                values.values.len(),
                magnitude_in_full(*value)
            ))
        }
        _ => None,
    }
}

/// A row per eigenvalue of W_h, as far as they have been measured, and one per singular value of ∂o_n/∂o_k, where k is
/// the cursor's timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `kind` | `eigenvalue` or `singular_value` |
/// | `index` | its number, from 1 on |
/// | `re`, `im` | the parts of an eigenvalue |
/// | `block`, `layer` | of a gated cell or several layers: the gate whose block of W_h has it, and the layer, from 0 |
/// | `n`, `k` | between which timesteps the product of a singular value is |
/// | `sigma` | a singular value |
/// | `trusted` | 1 if it means something, 0 if it is lost to rounding |
fn table(subject: &Subject<'_>) -> Result<Table, NoTable> {
    let (n, k, values) = found(subject).ok_or(NoTable::Unanswered(VIEW.name))?;
    let eigenvalues = subject.snapshot.moment.eigenvalues.as_deref();
    let eigenvalues = eigenvalues.unwrap_or_default();
    let (first, second) = (eigenvalues.len(), values.values.len());
    let behind = || std::iter::repeat_n(None, first);
    let of_all = |value: usize| behind().chain(std::iter::repeat_n(Some(value as u64), second));
    let kinds = std::iter::repeat_n("eigenvalue", first);
    let indices = (1..=first).chain(1..=second).map(|index| index as u64);
    let no_magnitudes = std::iter::repeat_n(None, first);
    let sigmas = values.values.iter().copied().map(Some);
    let network = &subject.snapshot.moment.network;
    let is_one_matrix = network.parameters.recurrent_blocks().count() == 1;
    let names = network.cell.cell().blocks();
    let of_singular_values = || std::iter::repeat_n(None, second);
    let trusted = (0..second).map(|index| Some(u64::from(!is_lost(values, index))));
    let kinds = kinds.chain(std::iter::repeat_n("singular_value", second));
    let mut table = Table::default()
        .texts("kind", kinds)
        .whole("index", indices)
        .numbers("re", eigenvalues.iter().map(|value| value[0]))
        .numbers("im", eigenvalues.iter().map(|value| value[1]));
    if !is_one_matrix {
        let layers = all(subject).map(|it| Some(it.layer as u64));
        let blocks = all(subject).map(|it| names[it.block].to_owned());
        let of_none = std::iter::repeat_n(String::new(), second);
        table = table
            .texts("block", blocks.chain(of_none))
            .whole("layer", layers.chain(of_singular_values()));
    }
    Ok(table
        .whole("n", of_all(n))
        .whole("k", of_all(k))
        .magnitudes("sigma", no_magnitudes.chain(sigmas))
        .whole("trusted", behind().chain(trusted)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rnn::{CellKind, eigenvalues as eigenvalues_of};
    use crate::scene::testing::{answered, charts, looking_at, moment, page, points};

    #[test]
    fn every_value_is_a_point() {
        let snapshot = moment(3, |e| e.network.hidden = 12);
        answered(
            &VIEW,
            &snapshot,
            Some(looking_at(&snapshot, 7)),
            |subject| {
                let charts = charts(&VIEW, subject);
                let eigenvalues = points(&charts[0], "eigenvalues");
                assert_eq!(eigenvalues.len(), 12);
                // Eigenvalues of a real matrix are its own mirror image about the real axis.
                for ([re, im], _) in &eigenvalues {
                    let apart = |other: &[f64; 2]| (other[0] - re).abs().max((other[1] + im).abs());
                    let mirrors = eigenvalues.iter().filter(|(other, _)| apart(other) < 1e-9);
                    assert_eq!(mirrors.count(), 1);
                }
                let (n, k, values) = found(subject).unwrap();
                assert_eq!((n, k), (10, 7));
                assert_eq!(points(&charts[1], "σ").len(), values.trusted);
                let said = says(subject, SINGULAR_VALUES, [2.0, 0.0]).unwrap();
                let expected = format!("σ = {}: what is left", magnitude_in_full(values.values[1]));
                assert!(said.contains(&expected), "{said}");
                let described = picture(subject, &page(), page().area).description;
                assert!(described.starts_with("12 eigenvalues, 12 inside"));
                assert!(described.contains("from step 7 to step 10, from "));
            },
        );
    }

    /// Every gate's block has its colour, its name in the legend, and its own eigenvalues.
    #[test]
    fn the_blocks_of_a_gated_cell_are_told_apart() {
        let snapshot = moment(2, |e| {
            (e.network.cell, e.network.layers, e.network.hidden) = (CellKind::Lstm, 2, 3);
        });
        let look = looking_at(&snapshot, 7);
        answered(&VIEW, &snapshot, Some(look), |subject| {
            let chart = &charts(&VIEW, subject)[0];
            let mut colours = Vec::new();
            for (block, name) in ["i", "f", "g", "o"].into_iter().enumerate() {
                let points = points(chart, name);
                assert_eq!(points.len(), 6);
                let network = &snapshot.moment.network.parameters;
                let of_block = network.recurrent_blocks().skip(block).step_by(4);
                let expected: Vec<[f64; 2]> = of_block
                    .flat_map(|it| eigenvalues_of(&it).unwrap())
                    .collect();
                for ((point, marker), expected) in points.iter().zip(&expected) {
                    assert_eq!(point, expected);
                    colours.push(marker.fill);
                }
                let said = says(subject, EIGENVALUES, expected[4]).unwrap();
                let of = format!("Wₕ of gate {name} of layer 2");
                assert!(said.contains(&of), "{said}");
            }
            colours.dedup();
            assert_eq!(colours.len(), 4);
        });
    }

    /// Of NaN and ∞ none means anything and none is lost: each has its mark.
    #[test]
    fn what_has_no_logarithm_is_not_lost_to_rounding() {
        let values = |values, trusted| SingularValues { values, trusted };
        let small = Magnitude::new(1e-30);
        for (found, expected) in [
            (values(vec![Magnitude::ONE, small, small], 1), 2),
            (values(vec![Magnitude::ONE, small, Magnitude::Zero], 1), 1),
            (values(vec![Magnitude::Nan; 3], 0), 0),
        ] {
            assert_eq!(lost(&found), expected);
        }
    }
}
