// The operations on a GPU: a thread an output, each calling what kernels.h has for the CPU too.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_runtime.h>

#include <type_traits>

#include "launchers.h"

namespace stylegan {
namespace {

constexpr int kThreads = 256;
constexpr int64_t kBlocks = 1 << 16;  // more outputs than threads: each does several

int blocks(int64_t total) {
  const int64_t needed = (total + kThreads - 1) / kThreads;
  return static_cast<int>(needed < kBlocks ? needed : kBlocks);
}

#define STYLEGAN_EACH(i, total)                                                      \
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x; i < (total); \
       i += static_cast<int64_t>(gridDim.x) * kThreads)

template <typename T>
__global__ void __launch_bounds__(kThreads)
    upfirdn_kernel(const T* x, const float* kernel, UpfirdnShape s, T* y) {
  const int64_t total = s.major * s.out_h * s.out_w * s.minor;
  STYLEGAN_EACH(i, total) {
    const int64_t c = i % s.minor;
    int64_t rest = i / s.minor;
    const int ox = static_cast<int>(rest % s.out_w);
    rest /= s.out_w;
    const int oy = static_cast<int>(rest % s.out_h);
    const int64_t image = rest / s.out_h;
    const Taps rows = bounded_taps(oy, s.up_y, s.down_y, s.pad_y, s.kernel_h, s.in_h);
    const Taps columns = bounded_taps(ox, s.up_x, s.down_x, s.pad_x, s.kernel_w, s.in_w);
    float sum;
    upfirdn_lanes<1, true>(x + image * s.in_h * s.in_w * s.minor + c, kernel, s, rows, columns, 1,
                           &sum);
    y[i] = static_cast<T>(sum);
  }
}

template <typename T>
__global__ void __launch_bounds__(kThreads)
    bias_act_kernel(const T* x, const T* reference, const T* bias, T* y, int64_t total,
                    int64_t channels, int64_t inner, int act, int order, float alpha, float gain) {
  STYLEGAN_EACH(i, total) {
    const float b = bias ? static_cast<float>(bias[i / inner % channels]) : 0.0f;
    y[i] = static_cast<T>(bias_act(act, order, static_cast<float>(x[i]),
                                   static_cast<float>(reference[i]), b, alpha, gain));
  }
}

template <typename T>
__global__ void __launch_bounds__(kThreads)
    layer_end_kernel(const T* x, const float* scale, const float* noise, const float* bias, T* y,
                     int64_t rows, int64_t pixels, int64_t channels, int64_t noises, int act,
                     float alpha, float gain) {
  STYLEGAN_EACH(i, rows * channels) {
    const int64_t row = i / channels, c = i % channels;
    y[i] = static_cast<T>(layer_end(act, static_cast<float>(x[i]),
                                    scale ? scale[row / pixels * channels + c] : 1.0f,
                                    noise ? noise[row % noises] : 0.0f, bias[c], alpha, gain));
  }
}

const char* problem() {
  const cudaError_t error = cudaGetLastError();
  return error == cudaSuccess ? nullptr : cudaGetErrorString(error);
}

// Calls `function` with a null pointer of the type's C++ type.
template <typename Function>
const char* with_type(ElementType type, const Function& function) {
  if (type == kFloat32) function(static_cast<float*>(nullptr));
  if (type == kFloat16) function(static_cast<__half*>(nullptr));
  if (type == kBfloat16) function(static_cast<__nv_bfloat16*>(nullptr));
  return problem();
}

}  // namespace

const char* launch_upfirdn(ElementType type, const void* x, const float* kernel,
                           const UpfirdnShape& s, void* y, void* stream) {
  const int64_t total = s.major * s.out_h * s.out_w * s.minor;
  return with_type(type, [&](auto* t) {
    using T = std::remove_pointer_t<decltype(t)>;
    upfirdn_kernel<T><<<blocks(total), kThreads, 0, static_cast<cudaStream_t>(stream)>>>(
        static_cast<const T*>(x), kernel, s, static_cast<T*>(y));
  });
}

const char* launch_bias_act(ElementType type, const void* x, const void* reference,
                            const void* bias, void* y, int64_t total, int64_t channels,
                            int64_t inner, int act, int order, float alpha, float gain,
                            void* stream) {
  return with_type(type, [&](auto* t) {
    using T = std::remove_pointer_t<decltype(t)>;
    bias_act_kernel<T><<<blocks(total), kThreads, 0, static_cast<cudaStream_t>(stream)>>>(
        static_cast<const T*>(x), static_cast<const T*>(reference), static_cast<const T*>(bias),
        static_cast<T*>(y), total, channels, inner, act, order, alpha, gain);
  });
}

const char* launch_layer_end(ElementType type, const void* x, const float* scale,
                             const float* noise, const float* bias, void* y, int64_t rows,
                             int64_t pixels, int64_t channels, int64_t noises, int act, float alpha,
                             float gain, void* stream) {
  return with_type(type, [&](auto* t) {
    using T = std::remove_pointer_t<decltype(t)>;
    layer_end_kernel<T><<<blocks(rows * channels), kThreads, 0,
                          static_cast<cudaStream_t>(stream)>>>(
        static_cast<const T*>(x), scale, noise, bias, static_cast<T*>(y), rows, pixels, channels,
        noises, act, alpha, gain);
  });
}

}  // namespace stylegan
