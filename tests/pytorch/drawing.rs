//! Weights and inputs that Python and Rust draw alike: `Generator` and `draw` of reference.py, line by
//! line.

use bptt_scope::rnn::{Activation, Batch, Inputs, Network, Parameters};

/// D.
const WIDTH: usize = 2;

/// Numbers of one network, some sequences, and the two vectors that large matrices are multiplied with.
pub struct Drawn {
    /// W_i, W_h, b, w_o, b_o and o_0.
    pub network: Network,
    /// x and, as targets, y from −1 to 1.
    pub batch: Batch,
    /// From the left.
    pub u: Vec<f64>,
    /// From the right.
    pub v: Vec<f64>,
}

/// What a draw depends on.
#[derive(Clone, Copy, Debug)]
pub struct Seeds {
    /// f, by which the spread of W_h and the inputs are chosen.
    pub activation: Activation,
    /// H.
    pub hidden: usize,
    /// n.
    pub length: usize,
    /// Whether b and b_o are there.
    pub bias: bool,
    /// How many draws were thrown away.
    pub attempt: u64,
}

/// SplitMix64 (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
pub struct Generator {
    state: u64,
}

impl Generator {
    /// Begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Uniform from 0 to 1.
    pub fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        // 2⁻⁵³: the 53 bits of a double, so that nothing is rounded.
        (bits >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Uniform between `centre` − `spread` and `centre` + `spread`.
    pub fn around(&mut self, centre: f64, spread: f64, count: usize) -> Vec<f64> {
        (0..count)
            .map(|_| centre + spread * (2.0 * self.next() - 1.0))
            .collect()
    }
}

/// Draws a network, `size` sequences and the two vectors.
pub fn draw(seeds: Seeds, size: usize) -> Drawn {
    let Seeds {
        activation,
        hidden,
        length,
        bias,
        attempt,
    } = seeds;
    let index = Activation::ALL
        .iter()
        .position(|&each| each == activation)
        .unwrap();
    let place = ((index * 64 + hidden) * 64 + length) * 2 + usize::from(bias);
    let mut g = Generator::new(place as u64 * 65_536 + attempt);
    let (gain, above_zero) = recipe(activation);
    let mut parameters = Parameters::zeros(WIDTH, hidden, bias);
    fill(
        parameters.w_i_mut().iter_mut(),
        g.around(0.0, 0.8, hidden * WIDTH),
    );
    let spread = gain * (3.0 / hidden as f64).sqrt();
    fill(
        parameters.w_h_mut().iter_mut(),
        g.around(0.0, spread, hidden * hidden),
    );
    // Drawn without bias too, and left out: then the arrays they would fill are empty.
    fill(parameters.b_mut().iter_mut(), g.around(0.0, 0.3, hidden));
    fill(parameters.w_o_mut().iter_mut(), g.around(0.0, 1.0, hidden));
    fill(parameters.b_o_mut().iter_mut(), g.around(0.0, 0.3, 1));
    let mut network = Network::new(activation, parameters, 0.0);
    network.s_0 = g.around(0.0, 0.5, hidden);
    let (centre, spread) = if above_zero { (1.0, 0.8) } else { (0.0, 1.0) };
    let mut batch = Batch::dense(WIDTH);
    batch.reset(length, size);
    batch.inputs = Inputs::Dense {
        width: WIDTH,
        values: g.around(centre, spread, length * size * WIDTH),
    };
    batch.targets = g.around(0.0, 1.0, size);
    let u = g.around(1.0, 0.5, hidden);
    let v = g.around(1.0, 0.5, hidden);
    Drawn {
        network,
        batch,
        u,
        v,
    }
}

/// The spread of W_h, and whether inputs are all above zero.
fn recipe(activation: Activation) -> (f64, bool) {
    match activation {
        Activation::Tanh | Activation::LeakyRelu => (1.2, false),
        Activation::Sigmoid => (3.5, false),
        Activation::Relu => (1.2, true),
        Activation::Identity => (0.95, false),
        Activation::Softsign => (1.4, false),
        Activation::Elu => (1.1, false),
        Activation::Softplus | Activation::HardTanh => (1.0, false),
        Activation::Gelu => (1.3, false),
        Activation::Silu => (1.5, false),
    }
}

fn fill<'a>(places: impl Iterator<Item = &'a mut f64>, values: Vec<f64>) {
    places.zip(values).for_each(|(place, value)| *place = value);
}

/// The first numbers of the published reference implementation of SplitMix64 for the seed 1234567.
#[test]
fn the_generator_is_splitmix64() {
    let mut generator = Generator::new(1_234_567);
    for expected in [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973] {
        let found = generator.next();
        assert_eq!(found, (expected >> 11) as f64 / 2.0_f64.powi(53));
    }
}
