//! A network whose widths are known only at run time, computed by the same kernels.
//!
//! The kernels want the width of a row at compile time. So the outputs of a layer are cut into
//! panels of 64, 32, 16 or 8 columns, each a matrix of its own; the last panel is padded with
//! columns whose weights stay 0. Cutting lies across outputs, so no sum changes its order: the
//! parameters end with the bits of a network of compile-time widths.

use std::mem::take;

use gradito_core::dense::DenseRows;
use gradito_core::kernels;
use gradito_core::layer::{LayerShape, Magnitudes, Parameters};
use gradito_core::network::{Network, Reads};
use gradito_core::signal::{self, Signal};

use super::any::{AnyActivation, AnyOutput};

/// A feed-forward network of any widths and depth.
#[derive(Debug, Clone)]
pub struct RuntimeNetwork {
    layers: Vec<RuntimeLayer>,
}

/// One dense layer in panels.
#[derive(Debug, Clone)]
struct RuntimeLayer {
    inputs: usize,
    outputs: usize,
    activation: AnyActivation,
    panels: Vec<AnyPanel>,
}

/// `W` columns of a layer: `weights[input][column]` and the columns' biases.
#[derive(Debug, Clone)]
struct Panel<const W: usize> {
    weights: Vec<[f32; W]>,
    biases: [f32; W],
}

/// Declares an enum of a generic type at the widths of panels, and how to reach into it.
macro_rules! widths {
    ($($variant:ident = $width:literal from $least:literal,)*) => {
        #[derive(Debug, Clone)]
        enum AnyPanel {
            $($variant(Panel<$width>),)*
        }

        #[derive(Debug)]
        enum AnyPanelRows<'a> {
            $($variant(DenseRows<'a, $width>),)*
        }

        impl AnyPanel {
            /// The widest panel that `outputs` columns fill for the most part.
            fn new(inputs: usize, outputs: usize) -> Self {
                match outputs {
                    $($least.. => Self::$variant(Panel::new(inputs)),)*
                    0 => unreachable!("a layer has at least one output"),
                }
            }
        }

        /// Calls `$body` with the panel of any width as `$panel`.
        macro_rules! with_panel {
            ($any:ident, $value:expr, $panel:ident => $body:expr) => {
                match $value {
                    $($any::$variant($panel) => $body,)*
                }
            };
        }
    };
}

widths! {
    W64 = 64 from 49,
    W32 = 32 from 17,
    W16 = 16 from 9,
    W8 = 8 from 1,
}

impl<const W: usize> Panel<W> {
    fn new(inputs: usize) -> Self {
        Self { weights: vec![[0.0; W]; inputs], biases: [0.0; W] }
    }
}

impl RuntimeLayer {
    fn new(inputs: usize, outputs: usize, activation: AnyActivation) -> Self {
        let mut panels = Vec::new();
        let mut left = outputs;
        while left > 0 {
            let panel = AnyPanel::new(inputs, left);
            left = left.saturating_sub(panel.width());
            panels.push(panel);
        }
        Self { inputs, outputs, activation, panels }
    }

    /// The columns of all panels.
    fn padded(&self) -> usize {
        self.panels.iter().map(AnyPanel::width).sum()
    }

    /// The panels, and for each the range of outputs it holds.
    fn columns(&self) -> impl Iterator<Item = (&AnyPanel, usize)> {
        let mut start = 0;
        self.panels.iter().map(move |panel| {
            let columns = panel.width().min(self.outputs - start);
            start += columns;
            (panel, columns)
        })
    }
}

impl AnyPanel {
    const fn width(&self) -> usize {
        with_panel!(Self, self, panel => panel.biases.len())
    }
}

/// What one sample leaves behind in a [`RuntimeNetwork`]: as wide as the panels of each layer.
#[derive(Clone, Debug)]
pub struct RuntimeTrace {
    layers: Vec<LayerTrace>,
}

#[derive(Clone, Debug)]
struct LayerTrace {
    width: usize,
    outputs: Vec<f32>,
    deltas: Vec<f32>,
}

impl LayerTrace {
    #[inline(always)]
    fn outputs(&self) -> &[f32] {
        &self.outputs[..self.width]
    }

    #[inline(always)]
    fn deltas(&self) -> &[f32] {
        &self.deltas[..self.width]
    }
}

impl RuntimeTrace {
    /// The outputs of every layer, first to last.
    pub fn outputs(&self) -> impl Iterator<Item = &[f32]> {
        self.layers.iter().map(LayerTrace::outputs)
    }
}

/// A share of the rows of every layer.
#[derive(Debug)]
pub struct RuntimeRows<'a> {
    layers: Vec<LayerRows<'a>>,
}

#[derive(Debug)]
struct LayerRows<'a> {
    panels: Vec<AnyPanelRows<'a>>,
}

impl RuntimeNetwork {
    /// A network of the given layers, all parameters zero; `None` if there is no layer, a width is
    /// 0 or widths do not meet.
    pub fn new(shapes: &[LayerShape]) -> Option<Self> {
        let meets = shapes.windows(2).all(|pair| pair[0].outputs == pair[1].inputs);
        let wide = shapes.iter().all(|shape| shape.inputs > 0 && shape.outputs > 0);
        (!shapes.is_empty() && meets && wide).then(|| Self {
            layers: shapes
                .iter()
                .map(|shape| {
                    let activation = AnyActivation { kind: shape.activation, math: shape.math };
                    RuntimeLayer::new(shape.inputs, shape.outputs, activation)
                })
                .collect(),
        })
    }

    /// A network of the given layers and parameters, these in the order of a model image; `None` as
    /// in [`new`](Self::new), or if there are more or fewer parameters.
    pub fn with_parameters(shapes: &[LayerShape], parameters: &[f32]) -> Option<Self> {
        let mut network = Self::new(shapes)?;
        let mut rest = Some(parameters);
        network.visit_mut(&mut |piece| {
            let values = piece.into_values();
            rest = rest.and_then(|rest| {
                let (these, rest) = rest.split_at_checked(values.len())?;
                values.copy_from_slice(these);
                Some(rest)
            });
        });
        rest.is_some_and(<[f32]>::is_empty).then_some(network)
    }

    /// The layers, first to last.
    pub fn shapes(&self) -> Vec<LayerShape> {
        let shape = |layer: &RuntimeLayer| LayerShape {
            inputs: layer.inputs,
            outputs: layer.outputs,
            activation: layer.activation.kind,
            math: layer.activation.math,
        };
        self.layers.iter().map(shape).collect()
    }

    /// An empty trace.
    pub fn trace(&self) -> RuntimeTrace {
        let layers = self.layers.iter().map(|layer| LayerTrace {
            width: layer.outputs,
            outputs: vec![0.0; layer.padded()],
            deltas: vec![0.0; layer.padded()],
        });
        RuntimeTrace { layers: layers.collect() }
    }
}

impl Network for RuntimeNetwork {
    type Output = AnyOutput;
    type Trace = RuntimeTrace;
    type Rows<'a> = RuntimeRows<'a>;

    #[inline(always)]
    fn outputs_and_deltas<'t>(&self, trace: &'t mut RuntimeTrace) -> (&'t [f32], &'t mut [f32]) {
        match trace.layers.last_mut() {
            Some(layer) => (&layer.outputs[..layer.width], &mut layer.deltas[..layer.width]),
            None => (&[], &mut []),
        }
    }

    #[inline(always)]
    fn outputs<'t>(&self, trace: &'t RuntimeTrace) -> &'t [f32] {
        trace.layers.last().map_or(&[], LayerTrace::outputs)
    }

    #[inline(always)]
    fn backward(&self, trace: &mut RuntimeTrace) {
        for index in (1..self.layers.len()).rev() {
            let (below, above) = trace.layers.split_at_mut(index);
            let (below, above) = (&mut below[index - 1], &above[0]);
            let d_x = &mut below.deltas[..below.width];
            d_x.fill(0.0);
            let mut deltas = above.deltas.as_slice();
            for panel in &self.layers[index].panels {
                with_panel!(AnyPanel, panel, panel => {
                    if let Some((delta, rest)) = deltas.split_first_chunk() {
                        kernels::backward_more(&panel.weights, delta, d_x);
                        deltas = rest;
                    }
                });
            }
            let activation = self.layers[index - 1].activation;
            activation.through(&below.outputs[..below.width], d_x);
        }
    }

    #[inline(always)]
    fn magnitudes(&self, trace: &RuntimeTrace) -> Magnitudes {
        trace.layers.iter().fold(Magnitudes::default(), |magnitudes, layer| {
            magnitudes.max(Magnitudes {
                signals: signal::magnitude(layer.outputs()),
                deltas: signal::magnitude(layer.deltas()),
            })
        })
    }

    fn rows(&mut self) -> RuntimeRows<'_> {
        let layers = self.layers.iter_mut().map(|layer| {
            let panels = layer.panels.iter_mut().map(|panel| match panel {
                AnyPanel::W64(panel) => AnyPanelRows::W64(panel.rows()),
                AnyPanel::W32(panel) => AnyPanelRows::W32(panel.rows()),
                AnyPanel::W16(panel) => AnyPanelRows::W16(panel.rows()),
                AnyPanel::W8(panel) => AnyPanelRows::W8(panel.rows()),
            });
            LayerRows { panels: panels.collect() }
        });
        RuntimeRows { layers: layers.collect() }
    }

    fn split_rows<'a>(rows: RuntimeRows<'a>, parts: usize) -> (RuntimeRows<'a>, RuntimeRows<'a>)
    where
        Self: 'a,
    {
        let (shares, rests) = rows.layers.into_iter().map(|layer| layer.split(parts)).unzip();
        (RuntimeRows { layers: shares }, RuntimeRows { layers: rests })
    }

    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        for layer in &self.layers {
            for row in 0..layer.inputs {
                for (panel, columns) in layer.columns() {
                    with_panel!(AnyPanel, panel, panel => visitor(Parameters::Weights {
                        inputs: layer.inputs,
                        values: &panel.weights[row][..columns],
                    }));
                }
            }
            for (panel, columns) in layer.columns() {
                with_panel!(AnyPanel, panel, panel => visitor(Parameters::Biases {
                    values: &panel.biases[..columns],
                }));
            }
        }
    }

    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>)) {
        for layer in &mut self.layers {
            let columns: Vec<usize> = layer.columns().map(|(_, columns)| columns).collect();
            for row in 0..layer.inputs {
                for (panel, &columns) in layer.panels.iter_mut().zip(&columns) {
                    with_panel!(AnyPanel, panel, panel => visitor(Parameters::Weights {
                        inputs: layer.inputs,
                        values: &mut panel.weights[row][..columns],
                    }));
                }
            }
            for (panel, columns) in layer.panels.iter_mut().zip(columns) {
                with_panel!(AnyPanel, panel, panel => visitor(Parameters::Biases {
                    values: &mut panel.biases[..columns],
                }));
            }
        }
    }

    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        let panels = self.layers.iter_mut().flat_map(|layer| &mut layer.panels);
        let others = other.layers.iter().flat_map(|layer| &layer.panels);
        for (panel, other) in panels.zip(others) {
            match (panel, other) {
                (AnyPanel::W64(panel), AnyPanel::W64(other)) => panel.visit_pairs(other, visitor),
                (AnyPanel::W32(panel), AnyPanel::W32(other)) => panel.visit_pairs(other, visitor),
                (AnyPanel::W16(panel), AnyPanel::W16(other)) => panel.visit_pairs(other, visitor),
                (AnyPanel::W8(panel), AnyPanel::W8(other)) => panel.visit_pairs(other, visitor),
                _ => unreachable!("networks of the same widths have the same panels"),
            }
        }
    }
}

impl<const W: usize> Panel<W> {
    fn rows(&mut self) -> DenseRows<'_, W> {
        DenseRows::new(&mut self.weights, &mut self.biases)
    }

    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        visitor(self.weights.as_flattened_mut(), other.weights.as_flattened());
        visitor(&mut self.biases, &other.biases);
    }
}

impl<'a> LayerRows<'a> {
    fn split(self, parts: usize) -> (Self, Self) {
        let (panels, rests) = self
            .panels
            .into_iter()
            .map(|panel| match panel {
                AnyPanelRows::W64(rows) => both(rows.split(parts), AnyPanelRows::W64),
                AnyPanelRows::W32(rows) => both(rows.split(parts), AnyPanelRows::W32),
                AnyPanelRows::W16(rows) => both(rows.split(parts), AnyPanelRows::W16),
                AnyPanelRows::W8(rows) => both(rows.split(parts), AnyPanelRows::W8),
            })
            .unzip();
        (Self { panels }, Self { panels: rests })
    }

    #[inline(always)]
    fn update(&mut self, x: &(impl Signal + ?Sized), trace: &LayerTrace, rate: f32) {
        let mut deltas = trace.deltas.as_slice();
        for panel in &mut self.panels {
            with_panel!(AnyPanelRows, panel, rows => {
                if let Some((delta, rest)) = deltas.split_first_chunk() {
                    rows.update(x, delta, rate);
                    deltas = rest;
                }
            });
        }
    }
}

/// Both halves of a pair, wrapped.
fn both<T, U>(pair: (T, T), wrap: impl Fn(T) -> U) -> (U, U) {
    (wrap(pair.0), wrap(pair.1))
}

impl<X: Signal + ?Sized> Reads<X> for RuntimeNetwork {
    #[inline(always)]
    fn forward(&self, x: &X, trace: &mut RuntimeTrace) {
        let mut below: Option<&LayerTrace> = None;
        for (layer, trace) in self.layers.iter().zip(&mut trace.layers) {
            match below {
                None => layer.forward(x, trace),
                Some(below) => layer.forward(below.outputs(), trace),
            }
            below = Some(trace);
        }
    }

    #[inline(always)]
    fn update(rows: &mut RuntimeRows<'_>, x: &X, trace: &RuntimeTrace, rate: f32) {
        let mut below: Option<&LayerTrace> = None;
        for (rows, trace) in rows.layers.iter_mut().zip(&trace.layers) {
            match below {
                None => rows.update(x, trace, rate),
                Some(below) => rows.update(below.outputs(), trace, rate),
            }
            below = Some(trace);
        }
    }
}

impl RuntimeLayer {
    #[inline(always)]
    fn forward(&self, x: &(impl Signal + ?Sized), trace: &mut LayerTrace) {
        let mut sums = trace.deltas.as_mut_slice();
        for panel in &self.panels {
            with_panel!(AnyPanel, panel, panel => {
                if let Some((z, rest)) = take(&mut sums).split_first_chunk_mut() {
                    kernels::forward(&panel.weights, &panel.biases, x, z);
                    sums = rest;
                }
            });
        }
        self.activation.apply(&trace.deltas[..trace.width], &mut trace.outputs[..trace.width]);
    }
}
