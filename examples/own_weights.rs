//! The gradient flow of a network and a sequence of your own, such as the weights of a trained PyTorch model:
//! no experiment, no task and no training.
//!
//! ```sh
//! cargo run --release --example own_weights
//! ```

use std::error::Error;

use bptt_scope::flow::{GradientFlow, Probe, Verdict};
use bptt_scope::rnn::{Activation, Batch, Inputs, Interrupt, Loss, Network, Parameters, Spectrum};
use ndarray::array;

fn main() -> Result<(), Box<dyn Error>> {
    // `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0 + bias_hh_l0` of an `nn.RNN`, and the `weight` and `bias` of
    // the `nn.Linear(3, 1)` behind it.
    let parameters = Parameters::new(
        array![[0.5, -0.3], [0.1, 0.8], [-0.7, 0.2]].view(),
        array![[0.6, -0.4, 0.1], [0.3, 0.5, -0.2], [-0.1, 0.2, 0.7]].view(),
        &[0.0; 3],
        &[1.0, -0.5, 0.3],
        &[0.0],
    )?;
    let network = Network::new(Activation::Tanh, parameters, 0.0);

    // One sequence of 20 timesteps, two numbers each, with the target 1.
    let values = (0..40).map(|i| f64::from(i).sin()).collect();
    let batch = Batch {
        length: 20,
        size: 1,
        inputs: Inputs::Dense { width: 2, values },
        targets: vec![1.0],
        ..Batch::dense(2)
    };

    let (loss, never) = (Loss::BinaryCrossEntropy, Interrupt::default());
    let mut probe = Probe::new(&network.parameters);
    probe.run(&network, &batch, loss, &never)?;
    let spectrum = Spectrum::of(&network.parameters.w_h());
    let flow = GradientFlow::of(&network, &batch, &probe, loss, spectrum, &never)?;
    println!(
        "spectral radius {:.3}, σ₁ {:.3}",
        spectrum.spectral_radius, spectrum.sigma_1
    );
    for (t, step) in (1..).zip(&flow.steps) {
        println!(
            "t = {t:2}: ‖∂L/∂oₜ‖ = {}, {} of the end's",
            step.dl_do, step.to_end
        );
    }
    println!("{}", Verdict::of(&flow, 1, |_| None).sentence);
    Ok(())
}
