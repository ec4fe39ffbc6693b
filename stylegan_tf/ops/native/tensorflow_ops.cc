// The operations as TensorFlow sees them, on the CPU, and on a GPU if built with STYLEGAN_CUDA.
#ifdef STYLEGAN_CUDA
#define EIGEN_USE_GPU
#include "launchers.h"
#endif
#define EIGEN_USE_THREADS

#include <algorithm>
#include <functional>
#include <type_traits>
#include <vector>

#include "kernels.h"
#include "tensorflow/core/framework/op.h"
#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace stylegan {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;
using tensorflow::errors::InvalidArgument;
using tensorflow::shape_inference::DimensionHandle;
using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

absl::Status same_shape(InferenceContext* c) {
  c->set_output(0, c->input(0));
  return absl::OkStatus();
}

REGISTER_OP("StyleganVideo>Upfirdn2D")
    .Attr("T: {float, half, bfloat16}")
    .Attr("channels_first: bool")
    .Attr("up: list(int)")
    .Attr("down: list(int)")
    .Attr("pad: list(int)")
    .Input("x: T")
    .Input("kernel: float")
    .Input("size: int32")
    .Output("y: T")
    .SetShapeFn([](InferenceContext* c) {
      ShapeHandle x, size;
      bool first;
      TF_RETURN_IF_ERROR(c->WithRank(c->input(0), 4, &x));
      TF_RETURN_IF_ERROR(c->GetAttr("channels_first", &first));
      TF_RETURN_IF_ERROR(c->MakeShapeFromShapeTensor(2, &size));
      TF_RETURN_IF_ERROR(c->WithRank(size, 2, &size));
      DimensionHandle n = c->Dim(x, 0), channels = c->Dim(x, first ? 1 : 3);
      DimensionHandle h = c->Dim(size, 0), w = c->Dim(size, 1);
      c->set_output(0, first ? c->MakeShape({n, channels, h, w}) : c->MakeShape({n, h, w, channels}));
      return absl::OkStatus();
    });

REGISTER_OP("StyleganVideo>BiasAct")
    .Attr("T: {float, half, bfloat16}")
    .Attr("act: int")
    .Attr("order: int")
    .Attr("alpha: float")
    .Attr("gain: float")
    .Attr("axis: int")
    .Input("x: T")
    .Input("reference: T")
    .Input("bias: T")
    .Output("y: T")
    .SetShapeFn(same_shape);

REGISTER_OP("StyleganVideo>LayerEnd")
    .Attr("T: {float, half, bfloat16}")
    .Attr("act: int")
    .Attr("alpha: float")
    .Attr("gain: float")
    .Attr("has_scale: bool")
    .Attr("has_noise: bool")
    .Input("x: T")
    .Input("scale: float")
    .Input("noise: float")
    .Input("bias: float")
    .Output("y: T")
    .SetShapeFn(same_shape);

#ifdef STYLEGAN_CUDA
template <typename T>
constexpr ElementType element_type() {
  return std::is_same_v<T, float> ? kFloat32 : std::is_same_v<T, Eigen::half> ? kFloat16 : kBfloat16;
}

void* stream_of(OpKernelContext* context) { return context->eigen_gpu_device().stream(); }
#endif

void parallel(OpKernelContext* context, int64_t total, int64_t cost,
              const std::function<void(int64_t, int64_t)>& work) {
  context->device()->tensorflow_cpu_worker_threads()->workers->ParallelFor(total, cost, work);
}

template <typename T>
void upfirdn_row(const T* x, const float* kernel, const UpfirdnShape& s, int oy, T* y) {
  const Taps rows = bounded_taps(oy, s.up_y, s.down_y, s.pad_y, s.kernel_h, s.in_h);
  constexpr int kWide = 16;
  float sums[2 * kWide];
  if (s.minor == 1) {
    // Outputs up_x apart share their taps; each run of them away from the edges goes together.
    for (int phase = 0; phase < s.up_x && phase < s.out_w; ++phase) {
      for (int ox = phase; ox < s.out_w;) {
        Taps free = unbounded_taps(ox, s.up_x, s.down_x, s.pad_x, s.kernel_w);
        const int last = free.pixel + (kWide - 1) * s.down_x + free.count - 1;
        const int64_t end = ox + static_cast<int64_t>(kWide - 1) * s.up_x;
        if (free.pixel >= 0 && last < s.in_w && end < s.out_w) {
          if (s.down_x == 1) {
            upfirdn_lanes<kWide, true>(x, kernel, s, rows, free, 1, sums);
          } else {
            upfirdn_lanes<kWide, false>(x, kernel, s, rows, free, s.down_x, sums);
          }
          for (int lane = 0; lane < kWide; ++lane, ox += s.up_x) y[ox] = static_cast<T>(sums[lane]);
        } else {
          free = bounded_taps(ox, s.up_x, s.down_x, s.pad_x, s.kernel_w, s.in_w);
          upfirdn_lanes<1, true>(x, kernel, s, rows, free, 1, sums);
          y[ox] = static_cast<T>(sums[0]);
          ox += s.up_x;
        }
      }
    }
    return;
  }
  for (int ox = 0; ox < s.out_w; ++ox, y += s.minor) {
    const Taps columns = bounded_taps(ox, s.up_x, s.down_x, s.pad_x, s.kernel_w, s.in_w);
    int64_t c = 0;
#define STYLEGAN_LANES(count)                                                                \
  for (; c + (count) <= s.minor; c += (count)) {                                             \
    upfirdn_lanes<(count), true>(x + c, kernel, s, rows, columns, 1, sums);                  \
    for (int lane = 0; lane < (count); ++lane) y[c + lane] = static_cast<T>(sums[lane]);     \
  }
    STYLEGAN_LANES(32)
    STYLEGAN_LANES(16)
    STYLEGAN_LANES(4)
    STYLEGAN_LANES(3)
    STYLEGAN_LANES(1)
#undef STYLEGAN_LANES
  }
}

template <typename T, bool kGpu>
class Upfirdn2D : public OpKernel {
 public:
  explicit Upfirdn2D(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("channels_first", &channels_first_));
    OP_REQUIRES_OK(context, context->GetAttr("up", &up_));
    OP_REQUIRES_OK(context, context->GetAttr("down", &down_));
    OP_REQUIRES_OK(context, context->GetAttr("pad", &pad_));
    OP_REQUIRES(context, up_.size() == 2 && down_.size() == 2 && pad_.size() == 2,
                InvalidArgument("up, down and pad are two numbers each: y, x"));
    OP_REQUIRES(context, std::min({up_[0], up_[1], down_[0], down_[1]}) >= 1,
                InvalidArgument("up and down must be at least 1"));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Tensor& kernel = context->input(1);
    const Tensor& size = context->input(2);
    OP_REQUIRES(context, x.dims() == 4, InvalidArgument("x must have four dimensions"));
    OP_REQUIRES(context, kernel.dims() == 2 && kernel.NumElements() > 0,
                InvalidArgument("the kernel must be a matrix"));
    OP_REQUIRES(context, size.NumElements() == 2, InvalidArgument("size must be two numbers"));
    const int height = channels_first_ ? 2 : 1;
    UpfirdnShape s;
    s.major = channels_first_ ? x.dim_size(0) * x.dim_size(1) : x.dim_size(0);
    s.minor = channels_first_ ? 1 : x.dim_size(3);
    const int64_t limit = 1 << 28;  // a side times a factor stays within an int
    OP_REQUIRES(context, x.dim_size(height) < limit && x.dim_size(height + 1) < limit,
                InvalidArgument("x is too large"));
    s.in_h = x.dim_size(height);
    s.in_w = x.dim_size(height + 1);
    s.out_h = size.flat<int32_t>()(0);
    s.out_w = size.flat<int32_t>()(1);
    OP_REQUIRES(context, s.out_h >= 1 && s.out_w >= 1,
                InvalidArgument("the padded image is smaller than the kernel"));
    s.kernel_h = kernel.dim_size(0);
    s.kernel_w = kernel.dim_size(1);
    s.up_y = up_[0];
    s.up_x = up_[1];
    s.down_y = down_[0];
    s.down_x = down_[1];
    s.pad_y = pad_[0];
    s.pad_x = pad_[1];
    TensorShape shape = x.shape();
    shape.set_dim(height, s.out_h);
    shape.set_dim(height + 1, s.out_w);
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));
    if (y->NumElements() == 0) return;
    run(context, x.flat<T>().data(), kernel.flat<float>().data(), s, y->flat<T>().data());
  }

 private:
  void run(OpKernelContext* context, const T* x, const float* kernel, const UpfirdnShape& s, T* y) {
#ifdef STYLEGAN_CUDA
    if (kGpu) {
      const char* problem =
          launch_upfirdn(element_type<T>(), x, kernel, s, y, stream_of(context));
      OP_REQUIRES(context, problem == nullptr, tensorflow::errors::Internal(problem));
      return;
    }
#endif
    const int64_t row = s.out_w * s.minor;
    const int64_t cost = row * (2 + s.kernel_h * s.kernel_w / (s.up_y * s.up_x));
    parallel(context, s.major * s.out_h, cost, [&](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) {
        const T* image = x + i / s.out_h * s.in_h * s.in_w * s.minor;
        upfirdn_row(image, kernel, s, static_cast<int>(i % s.out_h), y + i * row);
      }
    });
  }

  bool channels_first_;
  std::vector<int32_t> up_, down_, pad_;
};

// Calls `function` with the nonlinearity as a compile-time constant, so that its loops vectorise.
template <typename Function>
void with_activation(int act, const Function& function) {
  switch (act) {
#define STYLEGAN_CASE(name)                            \
  case name:                                           \
    function(std::integral_constant<int, name>());     \
    return;
    STYLEGAN_CASE(kLinear)
    STYLEGAN_CASE(kRelu)
    STYLEGAN_CASE(kLrelu)
    STYLEGAN_CASE(kTanh)
    STYLEGAN_CASE(kSigmoid)
    STYLEGAN_CASE(kElu)
    STYLEGAN_CASE(kSelu)
    STYLEGAN_CASE(kSoftplus)
    STYLEGAN_CASE(kSwish)
#undef STYLEGAN_CASE
  }
}

constexpr int64_t kChunk = 4096;  // numbers that one step of a thread works on

template <typename T, bool kGpu>
class BiasAct : public OpKernel {
 public:
  explicit BiasAct(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("act", &act_));
    OP_REQUIRES_OK(context, context->GetAttr("order", &order_));
    OP_REQUIRES_OK(context, context->GetAttr("alpha", &alpha_));
    OP_REQUIRES_OK(context, context->GetAttr("gain", &gain_));
    OP_REQUIRES_OK(context, context->GetAttr("axis", &axis_));
    OP_REQUIRES(context, act_ >= 0 && act_ < kActivations, InvalidArgument("unknown nonlinearity"));
    OP_REQUIRES(context, order_ >= 0 && order_ <= 2, InvalidArgument("order is 0, 1 or 2"));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Tensor& reference = context->input(1);
    const Tensor& bias = context->input(2);
    OP_REQUIRES(context, order_ == 0 || reference.shape() == x.shape(),
                InvalidArgument("x and reference differ in shape"));
    int64_t inner = 1, channels = 0;
    if (bias.NumElements() > 0) {
      OP_REQUIRES(context, bias.dims() == 1 && axis_ >= 0 && axis_ < x.dims(),
                  InvalidArgument("a bias has one dimension, and its axis is one of x"));
      channels = x.dim_size(axis_);
      OP_REQUIRES(context, bias.NumElements() == channels,
                  InvalidArgument("the bias has ", bias.NumElements(), " numbers, the axis of x ",
                                  channels));
      for (int axis = axis_ + 1; axis < x.dims(); ++axis) inner *= x.dim_size(axis);
    }
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output({0}, 0, x.shape(), &y));
    const int64_t total = x.NumElements();
    if (total == 0) return;
    const T* from = x.flat<T>().data();
    const T* at = order_ == 0 ? from : reference.flat<T>().data();
    const T* biases = bias.flat<T>().data();
    T* to = y->flat<T>().data();
#ifdef STYLEGAN_CUDA
    if (kGpu) {
      const char* problem =
          launch_bias_act(element_type<T>(), from, at, channels ? biases : nullptr, to, total, channels, inner, act_,
                          order_, alpha_, gain_, stream_of(context));
      OP_REQUIRES(context, problem == nullptr, tensorflow::errors::Internal(problem));
      return;
    }
#endif
    with_activation(act_, [&](auto act) {
      // Runs of numbers that have either one bias, or all biases one after the other.
      const bool across = channels > 0 && inner == 1;
      const int64_t run = across ? channels : channels > 0 ? inner : std::min(total, kChunk);
      const int64_t cost = run * (act_ <= kLrelu ? 2 : 40);
      parallel(context, (total + run - 1) / run, cost, [&](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; ++i) {
          const int64_t begin = i * run, count = std::min(run, total - begin);
          if (across) {
            values<act>(from + begin, at + begin, biases, count, to + begin);
          } else {
            const float one = channels > 0 ? static_cast<float>(biases[i % channels]) : 0.0f;
            values<act>(from + begin, at + begin, one, count, to + begin);
          }
        }
      });
    });
  }

 private:
  static float pick(float bias, int64_t) { return bias; }
  static float pick(const T* biases, int64_t i) { return static_cast<float>(biases[i]); }

  template <int kAct, typename Bias>
  void values(const T* x, const T* reference, Bias bias, int64_t count, T* y) const {
    const float alpha = alpha_, gain = gain_;
#define STYLEGAN_LOOP(order)                                                                  \
  for (int64_t i = 0; i < count; ++i) {                                                       \
    y[i] = static_cast<T>(stylegan::bias_act(kAct, order, static_cast<float>(x[i]),           \
                                             static_cast<float>(reference[i]), pick(bias, i), \
                                             alpha, gain));                                   \
  }
    if (order_ == 0) {
      STYLEGAN_LOOP(0)
    } else if (order_ == 1) {
      STYLEGAN_LOOP(1)
    } else {
      STYLEGAN_LOOP(2)
    }
#undef STYLEGAN_LOOP
  }

  int act_, order_, axis_;
  float alpha_, gain_;
};

template <typename T, bool kGpu>
class LayerEnd : public OpKernel {
 public:
  explicit LayerEnd(OpKernelConstruction* context) : OpKernel(context) {
    OP_REQUIRES_OK(context, context->GetAttr("act", &act_));
    OP_REQUIRES_OK(context, context->GetAttr("alpha", &alpha_));
    OP_REQUIRES_OK(context, context->GetAttr("gain", &gain_));
    OP_REQUIRES_OK(context, context->GetAttr("has_scale", &has_scale_));
    OP_REQUIRES_OK(context, context->GetAttr("has_noise", &has_noise_));
    OP_REQUIRES(context, act_ >= 0 && act_ < kActivations, InvalidArgument("unknown nonlinearity"));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Tensor& scale = context->input(1);
    const Tensor& noise = context->input(2);
    const Tensor& bias = context->input(3);
    OP_REQUIRES(context, x.dims() == 4, InvalidArgument("x must have four dimensions"));
    const int64_t count = x.dim_size(0), channels = x.dim_size(3);
    const int64_t pixels = x.dim_size(1) * x.dim_size(2);
    OP_REQUIRES(context, bias.NumElements() == channels,
                InvalidArgument("the bias must have a number a channel"));
    OP_REQUIRES(context, !has_scale_ || scale.NumElements() == count * channels,
                InvalidArgument("the scale must have a number a sample and channel"));
    OP_REQUIRES(context,
                !has_noise_ || noise.NumElements() == pixels ||
                    noise.NumElements() == count * pixels,
                InvalidArgument("the noise must have a number a pixel, for one or each sample"));
    Tensor* y = nullptr;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output({0}, 0, x.shape(), &y));
    if (x.NumElements() == 0) return;
    const int64_t noises = has_noise_ ? noise.NumElements() : 1;
    const float* scales = has_scale_ ? scale.flat<float>().data() : nullptr;
    const float* values = has_noise_ ? noise.flat<float>().data() : nullptr;
    const float* biases = bias.flat<float>().data();
    const T* from = x.flat<T>().data();
    T* to = y->flat<T>().data();
#ifdef STYLEGAN_CUDA
    if (kGpu) {
      const char* problem =
          launch_layer_end(element_type<T>(), from, scales, values, biases, to, count * pixels, pixels, channels,
                           noises, act_, alpha_, gain_, stream_of(context));
      OP_REQUIRES(context, problem == nullptr, tensorflow::errors::Internal(problem));
      return;
    }
#endif
    with_activation(act_, [&](auto act) {
      const int64_t cost = channels * (act_ <= kLrelu ? 2 : 40);
      parallel(context, count * pixels, cost, [&](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; ++i) {
          const float* own = scales ? scales + i / pixels * channels : nullptr;
          const float pixel_noise = values ? values[i % noises] : 0.0f;
          pixel<act>(from + i * channels, own, pixel_noise, biases, channels, to + i * channels);
        }
      });
    });
  }

 private:
  template <int kAct>
  void pixel(const T* x, const float* scales, float noise, const float* biases, int64_t channels,
             T* y) const {
    const float alpha = alpha_, gain = gain_;
    for (int64_t c = 0; c < channels; ++c) {
      y[c] = static_cast<T>(layer_end(kAct, static_cast<float>(x[c]), scales ? scales[c] : 1.0f,
                                      noise, biases[c], alpha, gain));
    }
  }

  int act_;
  float alpha_, gain_;
  bool has_scale_, has_noise_;
};

#define STYLEGAN_REGISTER(op, T)                                                     \
  REGISTER_KERNEL_BUILDER(                                                           \
      Name("StyleganVideo>" #op).Device(tensorflow::DEVICE_CPU).TypeConstraint<T>("T"), \
      op<T, false>)
#define STYLEGAN_REGISTER_ALL(op)          \
  STYLEGAN_REGISTER(op, float);            \
  STYLEGAN_REGISTER(op, Eigen::half);      \
  STYLEGAN_REGISTER(op, Eigen::bfloat16)
STYLEGAN_REGISTER_ALL(Upfirdn2D);
STYLEGAN_REGISTER_ALL(BiasAct);
STYLEGAN_REGISTER_ALL(LayerEnd);

#ifdef STYLEGAN_CUDA
#define STYLEGAN_REGISTER_GPU(op, T, more)                                                 \
  REGISTER_KERNEL_BUILDER(                                                                 \
      Name("StyleganVideo>" #op).Device(tensorflow::DEVICE_GPU).TypeConstraint<T>("T") more, \
      op<T, true>)
#define STYLEGAN_REGISTER_GPU_ALL(op, more)          \
  STYLEGAN_REGISTER_GPU(op, float, more);            \
  STYLEGAN_REGISTER_GPU(op, Eigen::half, more);      \
  STYLEGAN_REGISTER_GPU(op, Eigen::bfloat16, more)
STYLEGAN_REGISTER_GPU_ALL(Upfirdn2D, .HostMemory("size"));
STYLEGAN_REGISTER_GPU_ALL(BiasAct, );
STYLEGAN_REGISTER_GPU_ALL(LayerEnd, );
#endif

}  // namespace
}  // namespace stylegan
