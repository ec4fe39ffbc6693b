// What the operations compute, once for the CPU and for CUDA.
//
// Both the CPU operations (tensorflow_ops.cc) and the CUDA kernels (cuda_kernels.cu) call the functions of
// this file for every output, so a test on a CPU runs the index arithmetic that runs on a GPU.
// Sums are float32 whatever the type of the images.
#ifndef STYLEGAN_TF_OPS_NATIVE_KERNELS_H_
#define STYLEGAN_TF_OPS_NATIVE_KERNELS_H_

#include <math.h>
#include <stdint.h>

#ifdef __CUDACC__
#define STYLEGAN_BOTH __host__ __device__ __forceinline__
#else
#define STYLEGAN_BOTH inline __attribute__((always_inline))
#endif

namespace stylegan {

// Images are [major, height, width, minor]: NHWC is [N, H, W, C], NCHW is [N * C, H, W, 1].
struct UpfirdnShape {
  int64_t major;
  int64_t minor;
  int in_h, in_w;
  int out_h, out_w;
  int kernel_h, kernel_w;
  int up_y, up_x;
  int down_y, down_x;
  int pad_y, pad_x;  // zeros before the first pixel; negative numbers crop
};

// The input pixels that one output reads in one direction, and the taps that they meet.
struct Taps {
  int pixel;  // first input pixel
  int tap;    // the tap that it meets, counted in the mirrored kernel
  int count;  // how many pixels; their taps are `up` apart
};

STYLEGAN_BOTH int ceil_divide(int a, int b) { return a >= 0 ? (a + b - 1) / b : -(-a / b); }

// Without the image's edges: the first pixel may be negative, the last one beyond the end.
STYLEGAN_BOTH Taps unbounded_taps(int out, int up, int down, int pad, int kernel) {
  const int base = out * down - pad;  // of the zero-filled image
  Taps taps;
  taps.pixel = ceil_divide(base, up);
  taps.tap = taps.pixel * up - base;
  taps.count = taps.tap < kernel ? (kernel - taps.tap + up - 1) / up : 0;
  return taps;
}

STYLEGAN_BOTH Taps bounded_taps(int out, int up, int down, int pad, int kernel, int size) {
  Taps taps = unbounded_taps(out, up, down, pad, kernel);
  if (taps.pixel < 0) {
    taps.tap -= taps.pixel * up;
    taps.count += taps.pixel;
    taps.pixel = 0;
  }
  if (taps.count > size - taps.pixel) taps.count = size - taps.pixel;
  if (taps.count < 0) taps.count = 0;
  return taps;
}

// `kLanes` outputs that share their taps, and whose inputs lie `step` numbers apart.
// `x` is the first lane's value of pixel (0, 0) of its image.
template <int kLanes, bool kUnitStep, typename T>
STYLEGAN_BOTH void upfirdn_lanes(const T* x, const float* kernel, const UpfirdnShape& s,
                                 const Taps& rows, const Taps& columns, int64_t step,
                                 float* sums) {
  for (int lane = 0; lane < kLanes; ++lane) sums[lane] = 0.0f;
  for (int i = 0; i < rows.count; ++i) {
    const float* taps = kernel + (s.kernel_h - 1 - rows.tap - i * s.up_y) * s.kernel_w +
                        (s.kernel_w - 1 - columns.tap);
    const T* pixel = x + (static_cast<int64_t>(rows.pixel + i) * s.in_w + columns.pixel) * s.minor;
    for (int j = 0; j < columns.count; ++j, taps -= s.up_x, pixel += s.minor) {
      const float tap = *taps;
      for (int lane = 0; lane < kLanes; ++lane) {
        sums[lane] += tap * static_cast<float>(pixel[kUnitStep ? lane : lane * step]);
      }
    }
  }
}

// The names of the nonlinearities in stylegan_tf.ops.bias_act.ACTIVATIONS, in its order.
enum Activation : int {
  kLinear,
  kRelu,
  kLrelu,
  kTanh,
  kSigmoid,
  kElu,
  kSelu,
  kSoftplus,
  kSwish,
  kActivations
};

// Klambauer et al. 2017 (arXiv:1706.02515), section 2.
constexpr float kSeluAlpha = 1.6732632423543772848170429916717f;
constexpr float kSeluScale = 1.0507009873554804934193349852946f;

STYLEGAN_BOTH float logistic(float x) {
  // exp of a negative number only: it cannot overflow.
  const float e = expf(-fabsf(x));
  return (x >= 0.0f ? 1.0f : e) / (1.0f + e);
}

STYLEGAN_BOTH float activate(int act, float x, float alpha) {
  switch (act) {
    case kRelu:
      return x > 0.0f ? x : 0.0f;
    case kLrelu:
      return x > 0.0f ? x : x * alpha;
    case kTanh:
      return tanhf(x);
    case kSigmoid:
      return logistic(x);
    case kElu:
      return x > 0.0f ? x : expm1f(x);
    case kSelu:
      return kSeluScale * (x > 0.0f ? x : kSeluAlpha * expm1f(x));
    case kSoftplus:
      return (x > 0.0f ? x : 0.0f) + log1pf(expf(-fabsf(x)));
    case kSwish:
      return x * logistic(x);
    default:
      return x;
  }
}

// The first derivative. Of relu and lrelu it can be had from their result as well, which has the
// sign of `x` (where alpha >= 0 and gain > 0).
STYLEGAN_BOTH float slope(int act, float x, float alpha) {
  switch (act) {
    case kRelu:
      return x > 0.0f ? 1.0f : 0.0f;
    case kLrelu:
      return x > 0.0f ? 1.0f : alpha;
    case kTanh: {
      const float y = tanhf(x);
      return 1.0f - y * y;
    }
    case kSigmoid:
      return logistic(x) * logistic(-x);
    case kElu:
      return x > 0.0f ? 1.0f : expf(x);
    case kSelu:
      return kSeluScale * (x > 0.0f ? 1.0f : kSeluAlpha * expf(x));
    case kSoftplus:
      return logistic(x);
    case kSwish: {
      const float y = logistic(x);
      return y * (1.0f + x * logistic(-x));
    }
    default:
      return 1.0f;
  }
}

STYLEGAN_BOTH float curvature(int act, float x, float alpha) {
  switch (act) {
    case kTanh: {
      const float y = tanhf(x);
      return -2.0f * y * (1.0f - y * y);
    }
    case kSigmoid: {
      const float y = logistic(x), z = logistic(-x);
      return y * z * (z - y);
    }
    case kElu:
      return x > 0.0f ? 0.0f : expf(x);
    case kSelu:
      return x > 0.0f ? 0.0f : kSeluScale * kSeluAlpha * expf(x);
    case kSoftplus:
      return logistic(x) * logistic(-x);
    case kSwish: {
      const float y = logistic(x), z = logistic(-x);
      return y * z * (2.0f + x * (z - y));
    }
    default:
      return 0.0f;
  }
}

// One output of fused_bias_act. `order` 0: gain * f(x + bias). Orders 1 and 2: x times the gain
// and the first or second derivative of f at reference + bias.
STYLEGAN_BOTH float bias_act(int act, int order, float x, float reference, float bias, float alpha,
                             float gain) {
  if (order == 0) return gain * activate(act, x + bias, alpha);
  const float at = reference + bias;
  return x * gain * (order == 1 ? slope(act, at, alpha) : curvature(act, at, alpha));
}

// One output of the layer's end: demodulation, noise, bias, nonlinearity, gain.
STYLEGAN_BOTH float layer_end(int act, float x, float scale, float noise, float bias, float alpha,
                              float gain) {
  return gain * activate(act, x * scale + (noise + bias), alpha);
}

}  // namespace stylegan

#endif  // STYLEGAN_TF_OPS_NATIVE_KERNELS_H_
