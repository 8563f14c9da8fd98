//! Input sequences of one length, side by side.

/// What the network reads. Laid out time first: row `t · size + s` belongs to 0-based timestep `t` of
/// sequence `s`, so that one timestep of the whole batch is contiguous.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Vectors x_t, `length · size` rows of `width` numbers.
    Dense {
        /// D.
        width: usize,
        /// Row after row.
        values: Vec<f64>,
    },
    /// One-hot vectors, as the index of the one; `None` is the zero vector (padding).
    Tokens(Vec<Option<u32>>),
}

/// What a layer reads: [`Inputs`], or the states of the layer below, in the same order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reads<'a> {
    /// Vectors, row after row.
    Vectors {
        /// How many numbers a row has.
        width: usize,
        /// Row after row.
        values: &'a [f64],
    },
    /// One-hot vectors, as the index of the one; `None` is the zero vector.
    Tokens(&'a [Option<u32>]),
}

impl<'a> From<&'a Inputs> for Reads<'a> {
    fn from(inputs: &'a Inputs) -> Self {
        match inputs {
            Inputs::Dense { width, values } => Self::Vectors {
                width: *width,
                values,
            },
            Inputs::Tokens(tokens) => Self::Tokens(tokens),
        }
    }
}

/// When a network is asked for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadOut {
    /// After the last timestep: many-to-one.
    #[default]
    AtTheEnd,
    /// At every timestep: many-to-many.
    AtEveryStep,
}

/// `size` sequences of `length` timesteps with their targets.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// n, the number of timesteps.
    pub length: usize,
    /// B, the number of sequences.
    pub size: usize,
    /// x_t of every sequence.
    pub inputs: Inputs,
    /// When an answer is asked for.
    pub read_out: ReadOut,
    /// How many numbers a target consists of: one for two classes or for the number of a class from 0, K for K numbers.
    pub target_width: usize,
    /// y of every sequence, or, where it is asked for at every step, of every timestep of every sequence, laid out as the
    /// inputs are. NaN where a timestep has no target.
    pub targets: Vec<f64>,
    /// ∂L/∂s_n by whoever is handed the last state outside: of every layer one part behind the other, B rows of H each. Empty
    /// where nobody is.
    pub last_state_gradients: Vec<f64>,
}

impl Batch {
    /// An empty batch of vectors of the given width.
    pub fn dense(width: usize) -> Self {
        Self {
            length: 0,
            size: 0,
            inputs: Inputs::Dense {
                width,
                values: Vec::new(),
            },
            read_out: ReadOut::AtTheEnd,
            target_width: 1,
            targets: Vec::new(),
            last_state_gradients: Vec::new(),
        }
    }

    /// An empty batch of one-hot tokens.
    pub fn tokens() -> Self {
        Self {
            length: 0,
            size: 0,
            inputs: Inputs::Tokens(Vec::new()),
            read_out: ReadOut::AtTheEnd,
            target_width: 1,
            targets: Vec::new(),
            last_state_gradients: Vec::new(),
        }
    }

    /// This with targets of another kind.
    #[must_use]
    pub fn asking(self, read_out: ReadOut, target_width: usize) -> Self {
        Self {
            read_out,
            target_width,
            ..self
        }
    }

    /// How many answers are asked for: one for each sequence, or for each timestep of each.
    pub fn answers(&self) -> usize {
        match self.read_out {
            ReadOut::AtTheEnd => self.size,
            ReadOut::AtEveryStep => self.length * self.size,
        }
    }

    /// y of every answer, in their order.
    pub fn answer_targets(&self) -> impl ExactSizeIterator<Item = &[f64]> + Clone {
        self.targets.chunks_exact(self.target_width)
    }

    /// Makes room for `size` sequences of `length` steps, all zero. Allocates only to grow.
    pub fn reset(&mut self, length: usize, size: usize) {
        self.length = length;
        self.size = size;
        self.targets.clear();
        self.targets.resize(self.answers() * self.target_width, 0.0);
        match &mut self.inputs {
            Inputs::Dense { width, values } => {
                values.clear();
                values.resize(length * size * *width, 0.0);
            }
            Inputs::Tokens(tokens) => {
                tokens.clear();
                tokens.resize(length * size, None);
            }
        }
    }

    /// x_t (0-based `t`) of sequence `s`, if this batch holds vectors.
    pub fn vector(&self, t: usize, s: usize) -> Option<&[f64]> {
        match &self.inputs {
            Inputs::Dense { width, values } => {
                let row = t * self.size + s;
                values.get(row * width..(row + 1) * width)
            }
            Inputs::Tokens(_) => None,
        }
    }

    /// x_t (0-based `t`) of the first sequence as a vector of `width` numbers, also where it is given as the index of a
    /// one.
    pub fn first_vector(&self, t: usize, width: usize) -> Vec<f64> {
        match &self.inputs {
            Inputs::Dense { .. } => self.vector(t, 0).unwrap_or_default().to_vec(),
            Inputs::Tokens(tokens) => {
                let mut vector = vec![0.0; width];
                if let Some(token) = tokens[t * self.size] {
                    vector[token as usize] = 1.0;
                }
                vector
            }
        }
    }

    /// The Euclidean length of x_t (0-based `t`) of sequence `s`.
    pub fn input_norm(&self, t: usize, s: usize) -> f64 {
        match &self.inputs {
            Inputs::Dense { .. } => super::norm(self.vector(t, s).unwrap_or_default()),
            Inputs::Tokens(tokens) => match tokens[t * self.size + s] {
                Some(_) => 1.0,
                None => 0.0,
            },
        }
    }
}
