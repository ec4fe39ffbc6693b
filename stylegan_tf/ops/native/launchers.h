// Calls of the CUDA kernels. No CUDA type is in it, so that TensorFlow's side needs no nvcc.
#ifndef STYLEGAN_TF_OPS_NATIVE_LAUNCHERS_H_
#define STYLEGAN_TF_OPS_NATIVE_LAUNCHERS_H_

#include "kernels.h"

namespace stylegan {

enum ElementType : int { kFloat32, kFloat16, kBfloat16 };

// Pointers are the device's, `stream` is a cudaStream_t. Each returns CUDA's message for a launch
// that failed, or nullptr.
const char* launch_upfirdn(ElementType type, const void* x, const float* kernel,
                           const UpfirdnShape& shape, void* y, void* stream);
const char* launch_bias_act(ElementType type, const void* x, const void* reference,
                            const void* bias, void* y, int64_t total, int64_t channels,
                            int64_t inner, int act, int order, float alpha, float gain,
                            void* stream);
const char* launch_layer_end(ElementType type, const void* x, const float* scale,
                             const float* noise, const float* bias, void* y, int64_t rows,
                             int64_t pixels, int64_t channels, int64_t noises, int act, float alpha,
                             float gain, void* stream);

}  // namespace stylegan

#endif  // STYLEGAN_TF_OPS_NATIVE_LAUNCHERS_H_
