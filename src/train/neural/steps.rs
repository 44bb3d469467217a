//! Steps down the slope of the loss.

use candle_core::backprop::GradStore;
use candle_core::{Device, Result, Tensor, Var};

/// Steps by Adam, with a running mean of the variables, which does better than their last values.
pub(super) struct Steps {
    pub step: u64,
    first: Vec<Vec<f32>>,
    second: Vec<Vec<f32>>,
    pub mean: Vec<Vec<f32>>,
}

impl Steps {
    pub(super) fn new(vars: &[Var]) -> Result<Self> {
        let zeros: Vec<Vec<f32>> = vars.iter().map(|var| vec![0.0; var.elem_count()]).collect();
        let mean = vars
            .iter()
            .map(|var| var.flatten_all()?.to_vec1())
            .collect::<Result<_>>()?;
        Ok(Self {
            step: 0,
            first: zeros.clone(),
            second: zeros,
            mean,
        })
    }

    /// All that it remembers of each variable.
    pub(super) fn tables(&self) -> impl Iterator<Item = &Vec<f32>> {
        self.first.iter().chain(&self.second).chain(&self.mean)
    }

    pub(super) fn tables_mut(&mut self) -> impl Iterator<Item = &mut Vec<f32>> {
        self.first
            .iter_mut()
            .chain(&mut self.second)
            .chain(&mut self.mean)
    }

    /// One step down the slope of `loss`, each row at its pace; returns the loss.
    pub(super) fn take(
        &mut self,
        vars: &[Var],
        loss: &Tensor,
        rate: f32,
        pace: &[Vec<f32>],
    ) -> Result<f32> {
        let slopes = loss.backward()?;
        self.down(vars, loss, &slopes, rate, pace)
    }

    /// One step down these slopes, each row at its pace; returns the loss.
    pub(super) fn down(
        &mut self,
        vars: &[Var],
        loss: &Tensor,
        slopes: &GradStore,
        rate: f32,
        pace: &[Vec<f32>],
    ) -> Result<f32> {
        const CLIP: f32 = 2.0;
        let value = loss.to_scalar::<f32>()?;
        self.step += 1;
        let mut all: Vec<(usize, Vec<f32>)> = Vec::new();
        for (at, var) in vars.iter().enumerate() {
            if let Some(slope) = slopes.get(var) {
                all.push((at, slope.flatten_all()?.to_vec1::<f32>()?));
            }
        }
        let norm: f32 = all
            .iter()
            .flat_map(|(_, s)| s)
            .map(|x| x * x)
            .sum::<f32>()
            .sqrt();
        if !norm.is_finite() {
            return Ok(value);
        }
        let clip = (CLIP / norm.max(1e-6)).min(1.0);
        let step = self.step as i32;
        let (fix1, fix2) = (1.0 - 0.9f32.powi(step), 1.0 - 0.999f32.powi(step));
        let decay = 0.998f32.min((1.0 + self.step as f32) / (10.0 + self.step as f32));
        for (at, slope) in all {
            let mut values = vars[at].flatten_all()?.to_vec1::<f32>()?;
            let moments = self.first[at].iter_mut().zip(&mut self.second[at]);
            let columns = vars[at].dim(1)?.max(1);
            let rates = pace[at]
                .iter()
                .flat_map(|pace| std::iter::repeat_n(rate * pace, columns));
            let steps = values.iter_mut().zip(&slope).zip(moments).zip(rates);
            for (((value, slope), (first, second)), rate) in steps {
                let slope = slope * clip;
                *first = 0.9 * *first + 0.1 * slope;
                *second = 0.999 * *second + 0.001 * slope * slope;
                *value -= rate * (*first / fix1) / ((*second / fix2).sqrt() + 1e-8);
            }
            for (mean, value) in self.mean[at].iter_mut().zip(&values) {
                *mean = decay * *mean + (1.0 - decay) * value;
            }
            vars[at].set(&Tensor::from_vec(values, vars[at].shape(), &Device::Cpu)?)?;
        }
        Ok(value)
    }
}
