//! What of a moment figures and views look at: the window's choices as options of `trace`.

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::format::Format;
use crate::flow::{LandscapeAxis, ProductNorms};
use crate::scene::{Direction, Heed, Look, Measure, PhaseAxis, Theme, View};
use crate::training::{Experiment, Snapshot, Wanted};

/// What is looked at.
#[derive(Args, Debug)]
pub struct LookArguments {
    /// The timestep that figures and views look at and mark [default: 1 for the views formula and
    /// spectrum, otherwise the last, without a mark]
    #[arg(long, value_name = "T")]
    pub at: Option<usize>,
    /// Which product the three bands and the view product draw [default: to-end]; the csv of that
    /// view has both
    #[arg(long, value_enum)]
    pub product: Option<Direction>,
    /// Which magnitude of it [default: gain]; the csv of the view product has gain and gradient in
    /// any case, and with norm the norms
    #[arg(long, value_enum)]
    pub measure: Option<Measure>,
    /// Draw the same of the whole batch that the last step was made with, dotted, beside the probe's product;
    /// the csv of the view product has it from the first step on
    #[arg(long)]
    pub last_batch: bool,
    /// What the phase map has upwards [default: length], or what the landscape lies over [default: w_h]
    #[arg(long, value_enum)]
    pub over: Option<Over>,
    /// Which unit the worksheet works out [default: 1], or whose gates are shown [default: the mean over all]
    #[arg(long, value_name = "UNIT", value_parser = counted_from_one)]
    pub unit: Option<usize>,
    /// Which layer the worksheet works out [default: the last]
    #[arg(long, value_name = "LAYER", value_parser = counted_from_one)]
    pub layer: Option<usize>,
    /// The colours of a figure [default: print]
    #[arg(long, value_enum)]
    pub theme: Option<Theme>,
}

impl ValueEnum for Theme {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Dark => value("dark", "for a dark screen, as in the window"),
            Self::Light => value("light", "for a light screen, as in the window"),
            Self::Print => value("print", "for white paper"),
        })
    }
}

impl ValueEnum for Direction {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::ToEnd, Self::FromFirst]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::ToEnd => value("to-end", "∂o_n/∂o_t, what the loss sees of step t"),
            Self::FromFirst => value("from-first", "∂o_t/∂o_1, the lecture's product"),
        })
    }
}

impl ValueEnum for Measure {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Gain, Self::Gradient, Self::Norm, Self::Input]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Gain => value("gain", "the product itself; of more units ‖g_t‖/‖g_n‖"),
            Self::Gradient => value("gradient", "∂L/∂o_t; of more units its norm"),
            Self::Norm => value(
                "norm",
                "‖P‖₂ of more units, the most that any direction keeps",
            ),
            Self::Input => value("input", "∂L/∂x_t, the gradient at what is read"),
        })
    }
}

/// An axis of a view that has a choice of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Of the phase map.
    Phase(PhaseAxis),
    /// Of the landscape.
    Landscape(LandscapeAxis),
}

impl Over {
    const LENGTH: Self = Self::Phase(PhaseAxis::Length);
    const W_I: Self = Self::Phase(PhaseAxis::InputWeight);
    const W_H: Self = Self::Landscape(LandscapeAxis::RecurrentWeight);
    const FORGET_BIAS: Self = Self::Landscape(LandscapeAxis::ForgetBias);

    /// What heeds it, and the view that does.
    fn of(self) -> (Heed, &'static str) {
        match self {
            Self::Phase(_) => (Heed::PhaseAxis, "phase-map"),
            Self::Landscape(_) => (Heed::LandscapeAxis, "landscape"),
        }
    }
}

impl ValueEnum for Over {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::LENGTH, Self::W_I, Self::W_H, Self::FORGET_BIAS]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match *self {
            Self::LENGTH => value("length", "the sequence length n (phase map)"),
            Self::W_I => value(
                "w_i",
                "the input weight, at the length of the probe (phase map)",
            ),
            Self::W_H => value("w_h", "the recurrent weight (landscape)"),
            Self::FORGET_BIAS => value(
                "forget-bias",
                "the bias of the gate that carries the state on (landscape)",
            ),
        })
    }
}

/// A whole number from 1 on.
fn counted_from_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("it is a whole number from 1 on".to_owned()),
        Ok(number) => Ok(number),
    }
}

fn value(name: &'static str, help: &'static str) -> PossibleValue {
    PossibleValue::new(name).help(help)
}

/// What is to be made, and what of.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    /// The view, if it is of one.
    pub view: Option<View>,
    /// How it is written.
    pub format: Format,
    /// Training steps that are made first.
    pub steps: u64,
    /// Of what network and task.
    pub experiment: &'a Experiment,
}

impl LookArguments {
    /// What is looked at of `snapshot`: the way back through time where it is longest, for the views that show it.
    pub fn look(&self, view: Option<View>, snapshot: &Snapshot) -> Look {
        self.choose(view, Look::of(snapshot))
    }

    /// `look` with what was chosen.
    fn choose(&self, view: Option<View>, look: Look) -> Look {
        let direction = self.product.unwrap_or_default();
        let usual = view.and_then(|view| (view.definition().usual_timestep)(direction));
        Look {
            direction,
            measure: self.measure.unwrap_or_default(),
            phase_axis: match self.over {
                Some(Over::Phase(axis)) => axis,
                _ => PhaseAxis::default(),
            },
            landscape_axis: match self.over {
                Some(Over::Landscape(axis)) => axis,
                _ => LandscapeAxis::default(),
            },
            unit: self.unit.map(|unit| unit - 1),
            layer: self.layer.map(|layer| layer - 1),
            last_batch: self.last_batch,
            cursor: self.at.or(usual),
            ..look
        }
    }

    /// Whether the norms of the products are to be computed.
    fn wants_norms(&self) -> bool {
        self.measure == Some(Measure::Norm)
    }

    /// What a snapshot must hold besides, so that `view` can be drawn, or the three bands.
    pub fn wanted(&self, view: Option<View>) -> Wanted {
        let look = self.choose(view, Look::default());
        view.unwrap_or(View::PRODUCT).wants(&look)
    }

    /// Says what does not go together with what is `looked` at.
    ///
    /// # Errors
    /// [`Failure::Argument`]
    pub fn check(&self, looked: Looked<'_>) -> Result<(), Failure> {
        let problems = [
            self.problem_of_cursor(looked),
            self.problem_of_place(looked),
            self.problem_of_product(looked),
            self.problem_of_batch(looked),
            self.problem_of_theme(looked),
        ];
        match problems.into_iter().flatten().next() {
            Some(problem) => Err(Failure::Argument(problem)),
            None => Ok(()),
        }
    }

    fn problem_of_cursor(&self, looked: Looked<'_>) -> Option<String> {
        let (at, length) = (self.at?, looked.experiment.task.length);
        if !(1..=length).contains(&at) {
            return Some(format!(
                "--at takes a timestep from 1 to {length}, not {at}"
            ));
        }
        (!looked.is_figure() && looked.view.is_none())
            .then(|| "--at goes with --format svg or png, or with --view".to_owned())
    }

    /// An option that what is written has no use for.
    fn problem_of_place(&self, looked: Looked<'_>) -> Option<String> {
        let of_product = [
            ("--product", self.product.is_some()),
            ("--measure", self.measure.is_some()),
            ("--last-batch", self.last_batch),
        ];
        let goes = |option: &str| {
            looked.shows_product() || option == "--product" && looked.frames_factor()
        };
        let mut given = of_product.into_iter().filter(|(_, given)| *given);
        if let Some((option, _)) = given.find(|(option, _)| !goes(option)) {
            return Some(format!(
                "{option} goes with --view product, or with --format svg or png without --view"
            ));
        }
        let network = &looked.experiment.network;
        for (option, given, heed, count, what) in [
            ("--unit", self.unit, Heed::Unit, network.hidden, "units"),
            ("--layer", self.layer, Heed::Layer, network.layers, "layers"),
        ] {
            let Some(place) = given else { continue };
            if !looked.view.is_some_and(|view| view.heeds(heed)) {
                let views = match heed {
                    Heed::Unit => "worksheet or --view gates",
                    _ => "worksheet",
                };
                return Some(format!("{option} goes with --view {views}"));
            }
            if network.is_one_elman_layer() && network.embedding == 0 {
                return Some(format!(
                    "{option} is of a gated cell or several layers: the worksheet of one Elman layer is of all units"
                ));
            }
            if place > count {
                return Some(format!(
                    "{option} {place}: the network has {count} {what}, so it is a number from 1 to {count}"
                ));
            }
        }
        let over = self.over?;
        let (heed, view) = over.of();
        if !looked.view.is_some_and(|view| view.heeds(heed)) {
            let name = over.to_possible_value()?;
            return Some(format!(
                "--over {} goes with --view {view}",
                name.get_name()
            ));
        }
        let has_gate = network.cell.cell().carrying_gate().is_some();
        (over == Over::FORGET_BIAS && !(has_gate && network.bias)).then(|| {
            "--over forget-bias is of a gated cell with biases: add --set network.cell=lstm --set network.bias=true"
                .to_owned()
        })
    }

    fn problem_of_product(&self, looked: Looked<'_>) -> Option<String> {
        let network = &looked.experiment.network;
        let parts = network.cell.cell().states().len();
        let (hidden, length) = (
            network.hidden * network.layers * parts,
            looked.experiment.task.length,
        );
        match self.measure? {
            Measure::Gradient if self.product == Some(Direction::FromFirst) => Some(
                "--product from-first does not go with --measure gradient: ∂L/∂o_t is counted from the end"
                    .to_owned(),
            ),
            Measure::Norm if hidden == 1 => Some(
                "--measure norm is of more than one unit: of one it is the absolute value of the product, --measure gain"
                    .to_owned(),
            ),
            Measure::Norm => {
                let cost = ProductNorms::cost(length, hidden);
                (cost > ProductNorms::AFFORDABLE).then(|| {
                    format!("--measure norm: {}", ProductNorms::too_costly(cost))
                })
            }
            Measure::Input if self.product == Some(Direction::FromFirst) => Some(
                "--product from-first does not go with --measure input: ∂L/∂x_t is counted from the end"
                    .to_owned(),
            ),
            Measure::Gain | Measure::Gradient | Measure::Input => None,
        }
    }

    fn problem_of_theme(&self, looked: Looked<'_>) -> Option<String> {
        (self.theme.is_some() && !looked.is_figure())
            .then(|| "--theme goes with --format svg or png".to_owned())
    }

    fn problem_of_batch(&self, looked: Looked<'_>) -> Option<String> {
        if !self.last_batch {
            return None;
        }
        if looked.steps == 0 {
            return Some(
                "--last-batch draws the batch that the last step was made with: make one with --steps 1"
                    .to_owned(),
            );
        }
        let is_known = self.product != Some(Direction::FromFirst) && !self.wants_norms();
        (looked.is_figure() && !is_known).then(|| {
            "--last-batch goes with --product to-end and with --measure gain or gradient: of a batch nothing else is known"
                .to_owned()
        })
    }
}

impl Looked<'_> {
    fn is_figure(self) -> bool {
        matches!(self.format, Format::Svg | Format::Png | Format::Html)
    }

    /// Whether the product is in what is written.
    fn shows_product(self) -> bool {
        match self.view {
            Some(view) => {
                view.heeds(Heed::Measure) && (self.is_figure() || self.format == Format::Csv)
            }
            None => self.is_figure(),
        }
    }

    /// Whether the factor that the product at the cursor ends with is framed in what is written.
    fn frames_factor(self) -> bool {
        self.view.is_some_and(|view| view.heeds(Heed::Direction)) && self.is_figure()
    }
}
