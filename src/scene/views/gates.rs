//! The gates of a gated cell: a strip per gate over time, and how long each unit remembers.

use std::sync::Arc;

use super::kit::*;
use crate::flow::{GateFlow, Gates, LayerGates};

/// The view.
pub static VIEW: Definition = Definition {
    name: "Gates",
    slug: "gates",
    meaning: "How far every gate of an LSTM or a GRU is open over time, and how long each unit remembers",
    concept: Concept::Gate,
    spoken: "Gates over time",
    wants: |_| Wanted {
        gates: true,
        ..Wanted::NOTHING
    },
    refusal: |experiment| {
        let has_gates = experiment.network.cell.cell().carrying_gate().is_some();
        (!has_gates).then_some(NoTable::OfGates)
    },
    heeds: &[Heed::Unit],
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    choices,
    ..Definition::EMPTY
};

/// The part of the width that the histogram of half-lives has, and what it has at least and at most.
const HISTOGRAM: f64 = 0.26;
const NARROWEST_HISTOGRAM: f64 = 110.0;
const WIDEST_HISTOGRAM: f64 = 260.0;

/// Height that the name of a strip needs.
const TIGHTEST_ROW: f64 = 12.0;

/// Bins of the histogram in a decade.
const BINS_IN_A_DECADE: f64 = 4.0;

fn gates<'a>(subject: &Subject<'a>) -> Option<&'a Gates> {
    subject.snapshot.probe.gates.as_deref()
}

/// One strip: its layer and gate.
struct Strip<'a> {
    layer: usize,
    gate: &'a GateFlow,
}

fn strips<'a>(gates: &'a Gates) -> Vec<Strip<'a>> {
    let layers = gates.layers.iter().enumerate();
    layers
        .flat_map(|(layer, of_layer)| {
            let gates = of_layer.gates.iter();
            gates.map(move |gate| Strip { layer, gate })
        })
        .collect()
}

impl Strip<'_> {
    /// `f`, or `f²` for the second layer of several.
    fn name(&self, subject: &Subject<'_>) -> String {
        match subject.snapshot.moment.experiment.network.layers {
            1 => self.gate.name.to_owned(),
            _ => format!("{}, layer {}", self.gate.name, self.layer + 1),
        }
    }
}

/// The unit that is looked at, if there is such a one and its numbers are kept.
fn unit(subject: &Subject<'_>) -> Option<usize> {
    let hidden = subject.snapshot.moment.experiment.network.hidden;
    let kept = gates(subject)?
        .layers
        .first()?
        .gates
        .first()?
        .units
        .is_some();
    subject.look.unit.filter(|unit| kept && *unit < hidden)
}

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let Some(gates) = gates(subject) else {
        return Header {
            name: VIEW.name,
            ..Header::default()
        };
    };
    let cell = subject.snapshot.moment.network.cell.cell();
    let carrying = cell.carrying_gate().unwrap_or_default();
    let last = gates.layers.last();
    let shares = |of: fn(&GateFlow) -> &Vec<f64>| {
        last.map_or(f64::NAN, |layer| mean(of(&layer.gates[carrying])))
    };
    let name = cell.blocks()[carrying];
    let remembers = last.map_or(f64::NAN, |layer| median(&layer.half_lives));
    let remembers = if remembers.is_finite() {
        format!(
            "half of what a unit carries is left after {} steps",
            significant(remembers)
        )
    } else {
        "half of the units carry on all they have".to_owned()
    };
    let of = match unit(subject) {
        Some(unit) => format!("unit {}", unit + 1),
        None => "mean over the units".to_owned(),
    };
    let colours = canvas.colours();
    Header {
        name: VIEW.name,
        sentence: format!(
            "{of}; {name} is open in {} and closed in {} of all units and steps; {remembers}",
            percent(shares(|gate| &gate.high)),
            percent(shares(|gate| &gate.low)),
        ),
        short: Some(of),
        meaning: format!(
            "{name} is the gate that carries the state on. Open is above 0.9, closed is below 0.1: saturated there, no gradient goes through the gate itself. The half-life is the median over the units of the last layer"
        ),
        legend: vec![
            Entry::new(Swatch::Bar, colours.carry, "open, or above 0")
                .meaning("The fuller the colour, the nearer is the gate to 1")
                .about(Concept::Gate),
            Entry::new(Swatch::Bar, colours.w_h, "below 0")
                .meaning("The candidate runs from −1 to 1: what is below 0 has this colour")
                .about(Concept::Gate),
        ],
        ..Header::default()
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// The upper one of the two in the middle.
fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let Some(gates) = gates(subject) else {
        return Picture::absent(canvas, room, VIEW.name, subject.absence);
    };
    let wide = (HISTOGRAM * room.width()).clamp(NARROWEST_HISTOGRAM, WIDEST_HISTOGRAM);
    let mut parts = Vec::new();
    let mut of_strips = room;
    if room.width() > 3.0 * NARROWEST_HISTOGRAM {
        of_strips.right -= wide;
        let of_histogram = Area::new(of_strips.right, room.top, room.right, room.bottom);
        parts.push(Part::Chart(histogram(gates, canvas, of_histogram)));
    }
    parts.insert(
        0,
        Part::Chart(chart_of_strips(subject, gates, canvas, of_strips)),
    );
    Picture {
        parts,
        description: description(subject, gates),
    }
}

fn chart_of_strips(subject: &Subject<'_>, gates: &Gates, canvas: &Canvas, room: Area) -> Chart {
    let strips = strips(gates);
    let length = subject.len();
    let colours = canvas.colours();
    let area = room.without(LEFT_AXIS, 8.0, 20.0, BOTTOM_AXIS + AXIS_NAME);
    let count = strips.len() as f64;
    let frame = Frame::new(area, (0.5, length as f64 + 0.5), (count + 0.5, 0.5));
    let columns = sampled(length, canvas.pixels(length, area.width()));
    let unit = unit(subject);
    let map = HeatMap::of_colours((columns.len(), strips.len()), |column, row| {
        let value = strips[row].gate.value(columns[column] + 1, unit);
        let full = if value < 0.0 {
            colours.w_h
        } else {
            colours.carry
        };
        blend(colours.ground, full, value.abs())
    });
    let value = |_: usize, _: usize| None;
    // No more names than can be read.
    let apart = (TIGHTEST_ROW * count / area.height()).ceil().max(1.0) as usize;
    let ticks = (1..).zip(&strips).step_by(apart);
    let ticks = ticks.map(|(row, strip)| Tick::new(f64::from(row), strip.name(subject)));
    let separators = (1..strips.len())
        .map(|row| Series::level(row as f64 + 0.5, Stroke::new(colours.grid, 1.0)));
    let marks = subject
        .mark()
        .map(|t| on_every_colour(canvas).map(|stroke| Series::upright(t as f64, stroke)));
    Chart {
        of: [Quantity::Timestep, Quantity::Value],
        left: Axis::new(ticks.collect(), ""),
        bottom: Some(Axis::new(
            timesteps(length, area.width() / length as f64),
            "timestep t",
        )),
        heat: Some(Heat::new(Arc::new(map), area, value)),
        series: separators.chain(marks.into_iter().flatten()).collect(),
        hot: Hot::Cells(length, strips.len()),
        ..Chart::new(VIEW.slug, frame)
    }
}

/// `share` of the way from one colour to another.
fn blend(from: Colour, to: Colour, share: f64) -> Colour {
    let share = if share.is_nan() {
        0.0
    } else {
        share.clamp(0.0, 1.0)
    };
    std::array::from_fn(|channel| {
        let (from, to) = (f64::from(from[channel]), f64::from(to[channel]));
        (from + share * (to - from)).round() as u8
    })
}

/// How many units have which half-life: bins of equal width in its logarithm.
fn histogram(gates: &Gates, canvas: &Canvas, room: Area) -> Chart {
    let bins = bins(gates);
    let colours = canvas.colours();
    let area = room.without(26.0, 8.0, 6.0, BOTTOM_AXIS + AXIS_NAME);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1) as f64;
    let low = bins.first().map_or(0.0, |bin| bin.low);
    let high = bins.last().map_or(1.0, |bin| bin.high);
    let frame = Frame::new(area, (low, high), (0.0, 1.08 * most));
    let whole_decades = (low.ceil() as i32)..=(high.floor() as i32);
    let ticks = whole_decades.map(|decade| {
        let label = match decade {
            0..4 => thousands(10_u64.pow(decade as u32)),
            decade => crate::flow::power_of_ten(i64::from(decade)),
        };
        Tick::new(f64::from(decade), label)
    });
    let bars = bins.iter().filter(|bin| bin.count > 0);
    let bars = bars.map(|bin| [(bin.low, bin.high), (0.0, bin.count as f64)]);
    Chart {
        left: Axis::new(whole(0.0, most, 30.0 / area.height() * most), "").with_room(26.0),
        bottom: Some(Axis::new(ticks.collect(), "half-life in steps")),
        series: vec![Series::Bars {
            name: "units",
            bars: bars.collect(),
            colour: colours.carry,
        }],
        hot: Hot::Columns(
            bins.iter()
                .map(|bin| f64::midpoint(bin.low, bin.high))
                .collect(),
        ),
        ..Chart::new("half-lives", frame)
    }
}

/// Units whose half-life is between two powers of ten.
struct Bin {
    low: f64,
    high: f64,
    count: usize,
}

/// Shortest and longest half-life that the histogram tells apart, as decades.
const SHORTEST: f64 = -1.0;
const LONGEST: f64 = 6.0;

fn bins(gates: &Gates) -> Vec<Bin> {
    let half_lives = gates
        .layers
        .iter()
        .flat_map(|layer: &LayerGates| &layer.half_lives);
    let decades: Vec<f64> = half_lives
        .filter(|it| !it.is_nan())
        .map(|it| it.log10().clamp(SHORTEST, LONGEST - 1e-9))
        .collect();
    let bin_of = |decade: f64| (decade * BINS_IN_A_DECADE).floor() as i64;
    let (first, last) = decades
        .iter()
        .fold((i64::MAX, i64::MIN), |(first, last), &it| {
            (first.min(bin_of(it)), last.max(bin_of(it)))
        });
    if first > last {
        return Vec::new();
    }
    // A bin of room on either side, so that a single bar is one.
    (first - 1..=last + 1)
        .map(|bin| Bin {
            low: bin as f64 / BINS_IN_A_DECADE,
            high: (bin + 1) as f64 / BINS_IN_A_DECADE,
            count: decades.iter().filter(|it| bin_of(**it) == bin).count(),
        })
        .collect()
}

fn description(subject: &Subject<'_>, gates: &Gates) -> String {
    let at = subject.timestep();
    let values: Vec<String> = strips(gates)
        .iter()
        .map(|strip| {
            let value = strip.gate.value(at, unit(subject));
            format!("{} {}", strip.name(subject), significant(value))
        })
        .collect();
    format!("at step {at} the gates are {}", values.join(", "))
}

fn says(subject: &Subject<'_>, part: usize, [x, y]: [f64; 2]) -> Option<String> {
    let gates = gates(subject)?;
    if part == 1 {
        let bin = bins(gates)
            .into_iter()
            .find(|bin| (bin.low..bin.high).contains(&x))?;
        let ends = [bin.low, bin.high].map(|decade| significant(10.0_f64.powf(decade)));
        let units = if bin.count == 1 {
            "unit has"
        } else {
            "units have"
        };
        return Some(format!(
            "{} {units} a half-life of {} to {} steps: after so many steps half of what is carried on is left",
            thousands(bin.count as u64),
            ends[0],
            ends[1]
        ));
    }
    let t = (x.round() as usize).clamp(1, subject.len());
    let strips = strips(gates);
    let strip = strips.get((y.round() as usize).checked_sub(1)?)?;
    let GateFlow { low, high, .. } = strip.gate;
    let of = match unit(subject) {
        Some(unit) => format!("of unit {}", unit + 1),
        None => "on average".to_owned(),
    };
    let [lower, upper] = if strip.gate.is_signed {
        ["below −0.9", "above 0.9"]
    } else {
        ["closed (below 0.1)", "open (above 0.9)"]
    };
    Some(format!(
        "{}\n{} is {} {of}\n{} of the units are {upper}, {} are {lower}",
        timestep_in_words(subject.snapshot, t),
        strip.name(subject),
        in_full(strip.gate.value(t, unit(subject))),
        percent(high[t - 1]),
        percent(low[t - 1])
    ))
}

/// The mean, or one unit after the other.
fn choices(subject: &Subject<'_>) -> Vec<Vec<Choice>> {
    let hidden = subject.snapshot.moment.experiment.network.hidden;
    let unit = unit(subject);
    let mean = Choice::new(
        "mean",
        "The mean over the units",
        unit.is_none(),
        Change::Unit(None),
    );
    let next = unit.map_or(0, |unit| (unit + 1) % hidden);
    let previous = unit.map_or(hidden - 1, |unit| (unit + hidden - 1) % hidden);
    let one = |text, meaning, to| Choice::new(text, meaning, false, Change::Unit(Some(to)));
    vec![vec![
        mean,
        one("◀", "One unit alone: the one before", previous),
        one("▶", "One unit alone: the next one", next),
    ]]
}

/// A row per timestep.
///
/// | column | what it is |
/// | --- | --- |
/// | `i_l0`, … | the mean of a gate over the units of a layer, counted from 0 as in PyTorch |
/// | `i_l0_low`, `i_l0_high` | the shares of the units that are closed (below 0.1; of the candidate below −0.9), and open (above 0.9) |
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let mut table = Table::of_timesteps(snapshot, 1..=snapshot.len());
    let Some(gates) = gates(subject) else {
        return table;
    };
    for strip in strips(gates) {
        let name = format!("{}_l{}", strip.gate.name, strip.layer);
        table = table
            .numbers(name.clone(), strip.gate.mean.iter().copied())
            .numbers(format!("{name}_low"), strip.gate.low.iter().copied())
            .numbers(format!("{name}_high"), strip.gate.high.iter().copied());
    }
    table
}
