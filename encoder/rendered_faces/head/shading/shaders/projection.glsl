// The camera of geometry/framing.py: perspective, then FFHQ's crop.
uniform mat2 turn;
uniform vec2 shift;
uniform float focal, camera;

vec4 project(vec3 p) {
  float w = camera - p.z;
  float depth = 2.0 * (w - camera * 0.6) / (camera * 0.8) - 1.0;
  return vec4(turn * (focal * p.xy) + shift * w, depth * w, w);
}
