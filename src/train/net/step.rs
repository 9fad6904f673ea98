//! A step towards what the labels say (Adam, Kingma and Ba, 2015; decay as Loshchilov and Hutter, 2019).

use super::Fitted;
use super::back::Pull;
use crate::domain::judge::train::{DENSE, Dense, PIECE_BITS, WIDTH};

/// The longest step; it grows to that over the first ones and shrinks to nothing by the last.
const LONGEST: f32 = 2e-3;
const GROWING: u32 = 200;

/// How much of the way and of its square is remembered, and how much of a weight is lost a step.
const WAY: f32 = 0.9;
const SQUARE: f32 = 0.99;
const DECAY: f32 = 0.01;

/// Pieces are seldom seen, and move farther when they are. (Measured: twice, four and ten times as far rank worse.)
const PIECES: f32 = 20.0;

/// The steps taken so far.
#[derive(Debug)]
pub(super) struct Steps {
    taken: u32,
    of: u32,
    dense: [Dense; 2],
    pieces: [Vec<[f32; WIDTH]>; 2],
    /// What the pieces are pulled by in this step, and which.
    pulled: Vec<[f32; WIDTH]>,
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

impl Steps {
    pub(super) fn new(fitted: &Fitted, of: u32) -> Self {
        let none = || vec![[0.0; WIDTH]; fitted.pieces.len()];
        let dense = || Dense::new(std::iter::repeat_n(0.0, DENSE));
        Steps {
            taken: 0,
            of,
            dense: [dense(), dense()],
            pieces: [none(), none()],
            pulled: none(),
            touched: Vec::new(),
            is_touched: vec![false; 1 << PIECE_BITS],
        }
    }

    /// Takes one, as so many comments pull.
    pub(super) fn take(&mut self, fitted: &mut Fitted, pulled: Vec<Pull>, comments: usize) {
        self.taken += 1;
        let length = self.length();
        let share = 1.0 / comments as f32;
        let mut all = Dense::new(std::iter::repeat_n(0.0, DENSE));
        for Pull { dense, words } in pulled {
            for (all, part) in all.parts_mut().into_iter().zip(dense.parts()) {
                all.iter_mut().zip(part).for_each(|(all, part)| *all += share * part);
            }
            for (rows, pull) in words {
                for row in rows {
                    if !std::mem::replace(&mut self.is_touched[row as usize], true) {
                        self.touched.push(row);
                    }
                    let all = &mut self.pulled[row as usize];
                    all.iter_mut().zip(&pull).for_each(|(all, part)| *all += share * part);
                }
            }
        }
        let [way, square] = &mut self.dense;
        let parts = fitted.dense.parts_mut().into_iter().zip(all.parts());
        for ((weights, pull), (way, square)) in parts.zip(way.parts_mut().into_iter().zip(square.parts_mut()))
        {
            step(length, self.taken, weights, pull, way, square);
        }
        let [way, square] = &mut self.pieces;
        for row in self.touched.drain(..).map(|row| row as usize) {
            let pull = std::mem::replace(&mut self.pulled[row], [0.0; WIDTH]);
            step(
                PIECES * length,
                self.taken,
                &mut fitted.pieces[row],
                &pull,
                &mut way[row],
                &mut square[row],
            );
            self.is_touched[row] = false;
        }
    }

    fn length(&self) -> f32 {
        let grown = self.taken as f32 / GROWING as f32;
        let left = self.taken.saturating_sub(GROWING) as f32 / self.of.saturating_sub(GROWING).max(1) as f32;
        LONGEST * grown.min(1.0) * 0.5 * (1.0 + (std::f32::consts::PI * left.min(1.0)).cos())
    }
}

fn step(length: f32, taken: u32, weights: &mut [f32], pull: &[f32], way: &mut [f32], square: &mut [f32]) {
    let (way_is, square_is) = (1.0 - WAY.powi(taken as i32), 1.0 - SQUARE.powi(taken as i32));
    for ((weight, pull), (way, square)) in weights.iter_mut().zip(pull).zip(way.iter_mut().zip(square)) {
        *way = WAY * *way + (1.0 - WAY) * pull;
        *square = SQUARE * *square + (1.0 - SQUARE) * pull * pull;
        *weight -= length * ((*way / way_is) / ((*square / square_is).sqrt() + 1e-8) + DECAY * *weight);
    }
}
