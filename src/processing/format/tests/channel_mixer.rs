//! The channel mixer against the plain sum, its gains on the move, and the layouts' gains.

use super::super::{ChannelMixer, GainMatrix, Layout, MAX_CHANNELS};
use super::noise;

const LAYOUTS: [Layout; 3] = [Layout::Mono, Layout::Stereo, Layout::Surround51];

/// The definition, in f64.
fn plain(gains: &GainMatrix, input: &[f32]) -> Vec<f64> {
    let frames = input.chunks_exact(gains.inputs());
    let mix = |frame: &[f32], o| gains.row(o).iter().zip(frame).map(|(&g, &x)| f64::from(g) * f64::from(x)).sum();
    frames.flat_map(|frame| (0..gains.outputs()).map(move |o| mix(frame, o))).collect()
}

fn mixed(gains: GainMatrix, input: &[f32]) -> Vec<f32> {
    let mut output = vec![f32::NAN; input.len() / gains.inputs() * gains.outputs()];
    assert_eq!(ChannelMixer::new(gains).process(input, &mut output), input.len() / gains.inputs());
    output
}

#[test]
fn every_shape_is_the_plain_sum() {
    let values = noise(MAX_CHANNELS * MAX_CHANNELS);
    for (inputs, outputs) in (1..=MAX_CHANNELS).flat_map(|i| (1..=MAX_CHANNELS).map(move |o| (i, o))) {
        let places = (0..outputs).flat_map(|o| (0..inputs).map(move |i| (o, i)));
        let gains = places
            .zip(&values)
            .fold(GainMatrix::silent(inputs, outputs), |gains, ((o, i), &value)| gains.with(o, i, 2.0 * value));
        let input = noise(inputs * 83);
        for (got, expected) in mixed(gains, &input).iter().zip(plain(&gains, &input)) {
            assert!((f64::from(*got) - expected).abs() < 1e-6, "{inputs} to {outputs}: {got} {expected}");
        }
    }
}

#[test]
fn layouts_convert_as_documented() {
    let row = |from, to, n| GainMatrix::between(from, to).row(n).to_vec();
    // ITU-R BS.775-3, table 2: front, centre, surround of 3/2; no low frequencies.
    let part = std::f32::consts::FRAC_1_SQRT_2;
    assert_eq!(row(Layout::Surround51, Layout::Stereo, 0), [1.0, 0.0, part, 0.0, part, 0.0]);
    assert_eq!(row(Layout::Surround51, Layout::Stereo, 1), [0.0, 1.0, part, 0.0, 0.0, part]);
    assert_eq!(row(Layout::Surround51, Layout::Mono, 0), [part, part, 1.0, 0.0, 0.5, 0.5]);
    assert_eq!(mixed(GainMatrix::between(Layout::Mono, Layout::Stereo), &[0.25, -1.0]), [0.25, 0.25, -1.0, -1.0]);
    assert_eq!(mixed(GainMatrix::between(Layout::Stereo, Layout::Mono), &[1.0, 1.0, 0.5, -0.5]), [1.0, 0.0]);
    assert_eq!(mixed(GainMatrix::select(0, 2), &[0.1, 0.2, 0.3, 0.4]), [0.1, 0.3]);
    assert_eq!(mixed(GainMatrix::select(1, 2), &[0.1, 0.2, 0.3, 0.4]), [0.2, 0.4]);
    assert_eq!(mixed(GainMatrix::select(2, 2), &[0.1, 0.2]), [0.0]);
    assert_eq!(mixed(GainMatrix::between(Layout::Mono, Layout::Surround51), &[0.5]), [0.0, 0.0, 0.5, 0.0, 0.0, 0.0]);
}

#[test]
fn the_same_layout_passes_as_it_is_and_up_and_down_again_is_the_same() {
    for layout in LAYOUTS {
        let input = noise(layout.channels() * 50);
        assert_eq!(mixed(GainMatrix::between(layout, layout), &input), input);
    }
    for (low, high) in
        [(Layout::Mono, Layout::Stereo), (Layout::Mono, Layout::Surround51), (Layout::Stereo, Layout::Surround51)]
    {
        let input = noise(low.channels() * 50);
        let up = mixed(GainMatrix::between(low, high), &input);
        assert_eq!(mixed(GainMatrix::between(high, low), &up), input, "{low:?} by {high:?}");
    }
}

#[test]
fn gains_move_in_straight_lines_whatever_the_blocks_and_end_on_the_target() {
    let (left, right) = (GainMatrix::select(0, 2), GainMatrix::select(1, 2));
    for block in [1, 7, 64, 100, 1_000] {
        let mut mixer = ChannelMixer::new(left);
        assert!(mixer.set(&right, 100));
        let mut output = Vec::new();
        for _ in 0..1_000 / block + 1 {
            let mut out = vec![f32::NAN; block];
            mixer.process(&[-1.0, 1.0].repeat(block), &mut out);
            output.extend(out);
        }
        for (n, &got) in output.iter().enumerate() {
            let expected = -1.0 + 2.0 * (n + 1).min(100) as f32 / 100.0;
            assert!((got - expected).abs() < 1e-6, "block {block}, frame {n}: {got} {expected}");
        }
        assert_eq!((output[99], *mixer.target()), (1.0, right));
    }
}

#[test]
fn a_change_on_the_way_goes_on_from_where_the_gain_is() {
    let mut mixer = ChannelMixer::new(GainMatrix::between(Layout::Mono, Layout::Mono));
    let mut output = [0.0; 200];
    mixer.set(&GainMatrix::silent(1, 1), 100);
    mixer.process(&[1.0; 50], &mut output);
    mixer.set(&GainMatrix::between(Layout::Mono, Layout::Mono), 50);
    mixer.process(&[1.0; 100], &mut output[50..]);
    assert!(output[..150].windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.0101));
    assert!((output[49] - 0.5).abs() < 1e-6 && output[99] == 1.0);
    mixer.set(&GainMatrix::silent(1, 1), 0);
    mixer.process(&[1.0], &mut output);
    assert_eq!(output[0], 0.0);
}

#[test]
fn wrong_shapes_and_odd_lengths_do_no_harm() {
    let mut mixer = ChannelMixer::new(GainMatrix::between(Layout::Stereo, Layout::Mono));
    assert!(!mixer.set(&GainMatrix::select(0, 3), 10));
    let mut output = [7.0; 3];
    assert_eq!(mixer.process(&[1.0; 5], &mut output), 2);
    assert_eq!(output, [1.0, 1.0, 7.0]);
    assert_eq!(mixer.process(&[], &mut output), 0);
    assert_eq!(mixer.process(&[1.0; 8], &mut []), 0);
    let odd = GainMatrix::silent(0, 99).with(0, 0, f32::NAN).with(50, 0, 1.0).scaled(f32::INFINITY);
    assert_eq!((odd.inputs(), odd.outputs(), odd.row(0), odd.row(8)), (1, 8, &[0.0][..], &[][..]));
}
