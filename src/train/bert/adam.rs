//! AdamW whose state can be saved, which that of tch cannot.

use tch::{Kind, Tensor};

/// Decay of the mean gradient.
const FIRST: f64 = 0.9;
/// Decay of the mean square gradient; shorter than usual, for short trainings.
const SECOND: f64 = 0.98;
const EPSILON: f64 = 1e-8;
/// Pull of matrices towards zero.
const DECAY: f64 = 0.01;
/// Longest gradient.
const CLIP: f64 = 1.0;

/// The learner, with the variables it moves.
pub(super) struct Adam {
    /// By name.
    pub variables: Vec<(String, Tensor)>,
    pub first: Vec<Tensor>,
    pub second: Vec<Tensor>,
    /// Steps that are done.
    pub step: i64,
}

impl Adam {
    pub(super) fn new(variables: Vec<(String, Tensor)>) -> Self {
        let zeros = || variables.iter().map(|(_, v)| v.zeros_like().detach());
        Self {
            first: zeros().collect(),
            second: zeros().collect(),
            step: 0,
            variables,
        }
    }

    /// One step down the gradient of `loss`.
    pub(super) fn step(&mut self, loss: &Tensor, rate: f64) {
        loss.backward();
        self.step += 1;
        let step = self.step as f64;
        let (first_due, second_due) = (1.0 - FIRST.powf(step), 1.0 - SECOND.powf(step));
        tch::no_grad(|| {
            let gradients: Vec<Tensor> = self.variables.iter().map(|(_, v)| v.grad()).collect();
            let squares = gradients.iter().filter(|g| g.defined());
            let squares: f64 = squares
                .map(|g| g.square().sum(Kind::Float).double_value(&[]))
                .sum();
            let scale = (CLIP / (squares.sqrt() + 1e-6)).min(1.0);
            let parts = self.variables.iter_mut().zip(gradients);
            let moments = self.first.iter_mut().zip(&mut self.second);
            for (((_, variable), mut gradient), (first, second)) in parts.zip(moments) {
                if !gradient.defined() {
                    continue;
                }
                let _ = gradient.g_mul_scalar_(scale);
                let _ = first.lerp_(&gradient, 1.0 - FIRST);
                let _ = second.lerp_(&gradient.square(), 1.0 - SECOND);
                if variable.dim() > 1 {
                    let _ = variable.g_mul_scalar_(1.0 - rate * DECAY);
                }
                let mut by = second.sqrt();
                let _ = by.g_add_scalar_(EPSILON * second_due.sqrt());
                let mut change = &*first / by;
                let _ = change.g_mul_scalar_(rate * second_due.sqrt() / first_due);
                let _ = variable.g_sub_(&change);
                let _ = gradient.zero_();
            }
        });
    }
}

/// Step size at `step` of `steps`: rises over the first twentieth, then falls to zero in a line.
pub(super) fn rate(most: f64, step: i64, steps: i64) -> f64 {
    let warm = (steps / 20).max(1);
    let up = (step + 1) as f64 / warm as f64;
    let down = (steps - step) as f64 / (steps - warm).max(1) as f64;
    most * up.min(down).clamp(0.0, 1.0)
}

/// The running mean of losses with the last one; zero is none yet.
pub(super) fn smooth(mean: f64, loss: f64) -> f64 {
    match mean == 0.0 {
        true => loss,
        false => 0.98 * mean + 0.02 * loss,
    }
}
