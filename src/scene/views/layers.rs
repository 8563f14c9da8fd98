//! Several layers: what is left of the gradient in each of them at every timestep, as a picture.

use std::sync::Arc;

use super::kit::*;

/// The view.
pub static VIEW: Definition = Definition {
    name: "Layers",
    slug: "layers",
    meaning: "What is left of the gradient in each layer at every timestep",
    concept: Concept::Layer,
    spoken: "Gradient per layer and timestep",
    refusal: |experiment| (experiment.network.layers == 1).then_some(NoTable::OfLayers),
    header,
    picture,
    table: |subject| Ok(table(subject)),
    says,
    ..Definition::EMPTY
};

fn header(subject: &Subject<'_>, canvas: &Canvas) -> Header {
    let gains = &subject.snapshot.probe.layer_gains;
    let at = subject.timestep();
    let of = |gains: &Vec<Magnitude>| {
        gains
            .get(at - 1)
            .map_or_else(String::new, ToString::to_string)
    };
    let sentence = match gains.as_slice() {
        [first, .., last] => format!(
            "at t = {}: {} in the first layer, {} in the last",
            counted(at),
            of(first),
            of(last)
        ),
        _ => String::new(),
    };
    let map = map(subject, canvas, (subject.len(), gains.len()));
    Header {
        name: VIEW.name,
        sentence,
        meaning: "‖γₜ‖ of each layer, as a share of all that the loss sends at step n. Of a layer it is what goes on through time: at its own step the layer above has read its state already, so that at step n a lower layer has exactly 0".to_owned(),
        key: Some(Key::Magnitudes(map.outcomes())),
        ..Header::default()
    }
}

fn value(subject: &Subject<'_>, t: usize, row: usize) -> Option<Magnitude> {
    let gains = &subject.snapshot.probe.layer_gains;
    // The last layer is on top.
    let layer = gains.len().checked_sub(row + 1)?;
    gains[layer].get(t.checked_sub(1)?).copied()
}

fn map(subject: &Subject<'_>, canvas: &Canvas, size: (usize, usize)) -> HeatMap {
    let columns = sampled(subject.len(), size.0);
    HeatMap::new(size, canvas.colours(), |column, row| {
        value(subject, columns[column] + 1, row)
    })
}

fn picture(subject: &Subject<'_>, canvas: &Canvas, room: Area) -> Picture {
    let layers = subject.snapshot.probe.layer_gains.len();
    let length = subject.len();
    let area = room.without(LEFT_AXIS, 8.0, 20.0, BOTTOM_AXIS + AXIS_NAME);
    let frame = Frame::new(area, (0.5, length as f64 + 0.5), (0.5, layers as f64 + 0.5));
    let size = (canvas.pixels(length, area.width()), layers);
    let columns = sampled(length, size.0);
    let heat = Heat::new(Arc::new(map(subject, canvas, size)), area, |column, row| {
        value(subject, columns[column] + 1, row)
    });
    let ticks = (1..=layers).map(|layer| Tick::new(layer as f64, layer.to_string()));
    let marks = subject
        .mark()
        .map(|t| on_every_colour(canvas).map(|stroke| Series::upright(t as f64, stroke)));
    let chart = Chart {
        of: [Quantity::Timestep, Quantity::Value],
        left: Axis::new(ticks.collect(), "layer"),
        bottom: Some(Axis::new(
            timesteps(length, area.width() / length as f64),
            "timestep t",
        )),
        heat: Some(heat),
        series: marks.into_iter().flatten().collect(),
        hot: Hot::Cells(length, layers),
        ..Chart::new(VIEW.slug, frame)
    };
    let at = subject.timestep();
    let gains = subject.snapshot.probe.layer_gains.iter();
    let values: Vec<String> = gains
        .filter_map(|gains| gains.get(at - 1))
        .map(ToString::to_string)
        .collect();
    let description = format!(
        "at step {at} what is left of the gradient is, from the first layer to the last, {}",
        values.join(", ")
    );
    Picture::of(chart, description)
}

fn says(subject: &Subject<'_>, _: usize, [x, y]: [f64; 2]) -> Option<String> {
    let gains = &subject.snapshot.probe.layer_gains;
    let t = (x.round() as usize).clamp(1, subject.len());
    let layer = (y.round() as usize).clamp(1, gains.len());
    let gain = gains.get(layer - 1)?.get(t - 1)?;
    Some(format!(
        "{}\nlayer {layer}: ‖γₜ‖/‖γₙ‖ = {}",
        timestep_in_words(subject.snapshot, t),
        magnitude_in_full(*gain)
    ))
}

/// A row per timestep, and for each layer, counted from 0 as in PyTorch, the magnitude `gain_l0`: ‖γ_t‖ of the layer over
/// ‖γ_n‖ of all.
fn table(subject: &Subject<'_>) -> Table {
    let snapshot = subject.snapshot;
    let mut table = Table::of_timesteps(snapshot, 1..=snapshot.len());
    for (layer, gains) in snapshot.probe.layer_gains.iter().enumerate() {
        table = table.magnitudes(format!("gain_l{layer}"), gains.iter().copied());
    }
    table
}
