//! One unit near and at the wall of Pascanu, Mikolov and Bengio (2013), figure 6.

use bptt_scope::flow::{Probe, ProductNorms};
use bptt_scope::rnn::{Activation, Batch, Interrupt, Loss, Network, Parameters};

use super::agreement::assert_agree;
use super::stored::{count, file};

/// On the wall a small change grows three thousandfold, and so do the last bits of 50 steps: to about
/// 1e-12, which the common tolerance still has room for.
#[test]
fn figure_6_of_pascanu_agrees() {
    let file = file("pascanu");
    let cases = file["figure_6"].as_array().unwrap();
    assert_eq!(cases.len(), 2);
    for case in cases {
        let number = |key: &str| case[key].as_f64().unwrap();
        let sigmoid = Activation::Sigmoid;
        let mut parameters = Parameters::zeros(1, 1, true);
        parameters.w_h_mut()[[0, 0]] = number("w");
        parameters.b_mut()[0] = number("b");
        parameters.w_o_mut()[0] = 1.0;
        // The paper's state is a_t, with o_t = σ(a_t).
        let network = Network::new(sigmoid, parameters, sigmoid.f(number("a_0")));
        let mut batch = Batch::dense(1);
        batch.reset(count(&case["steps"]), 1);
        batch.targets[0] = number("target");
        let mut probe = Probe::new(&network.parameters);
        let loss = Loss::SquaredError;
        probe
            .run(&network, &batch, loss, &Interrupt::default())
            .unwrap();
        let value = loss.value(probe.pass.read_outs()[0], number("target"));
        // ∂a_50/∂a_0 = w f′(a_49) … w f′(a_1) · w f′(a_0).
        let product = ProductNorms::of(&network, &probe.pass).unwrap();
        let to_a_50 = product.from_first[batch.length - 2].value() * sigmoid.f_prime(number("a_0"));
        let to_a_50 = to_a_50 * probe.pass.responses().unwrap().f_prime(1)[0] * number("w").powi(2);
        for (found, key) in [
            (
                probe.pass.responses().unwrap().pre_activation(batch.length)[0],
                "a_50",
            ),
            (value, "loss"),
            (probe.gradients.w_h()[[0, 0]], "dloss_dw"),
            (to_a_50, "da_50_da_0"),
        ] {
            assert_agree(key, &[found], &[number(key)]);
        }
    }
}
