// What this firmware is built for. It runs models of exactly these layers and inputs; if it trains,
// of this cost. Each line has a variable that stands for it in a build: GRADITO_NETWORK,
// GRADITO_ELEMENT, GRADITO_INPUT, GRADITO_STAGE, GRADITO_COST, GRADITO_BATCH, GRADITO_FREEZE and GRADITO_BUDGET.

/// The layers, first to last.
pub type Net = network!(784 => 30 Sigmoid => 10 Sigmoid);

/// What all of it may take, in bytes: of RAM (network, batch, buffers, stack) and of flash (the model
/// image). The build fails where it takes more. `ALL` stands for as much as the board has.
pub const BUDGET: [usize; 2] = [ALL, ALL];

/// The type of the parameters: `F32`, or, for quantised networks, which only infer, `I8`, `Nibbles`
/// (weights of 4 bits), `Crumbs` (of 2) or `Trits` (ternary ones).
pub type Element = F32;

/// What is read: `PixelInputs`, a byte each, `BitInputs`, a bit each (of quantised networks alone), or
/// `FeatureInputs`, an `f32` each.
pub type Inputs = PixelInputs;

/// What is done to pixels before the first layer, and of how large an image they are: `none`, or as
/// `deskew,pool2 of 28x28`. The inputs of the network are what comes of it.
pub const STAGE: &str = "none";

/// What training makes small: `Quadratic`, `CrossEntropy` or `SoftmaxCrossEntropy`.
pub type Cost = Quadratic;

/// Samples in the largest mini-batch.
pub const BATCH: usize = 10;

/// How many of the first layers stay in flash and are not trained.
pub const FREEZE: usize = 0;
