// A class instead of a colour.
in vec3 n;
in vec2 t;
in vec4 r;
out vec4 colour;
uniform float class_value, collar, mode;  // mode 1: cloth, cut at the collar
uniform sampler2DArray iris;

void main() {
  if (mode > 0.5 && mode < 1.5) {
    float before = smoothstep(0.0, 0.3, n.z);
    if (r.y > -3.05 + collar - 0.45 * exp(-r.x * r.x * 0.8) * before + 0.5 * (1.0 - before)) discard;
  }
  if (mode > 1.5 && texture(iris, vec3(t, 0.0)).a < 0.5) discard;
  colour = vec4(class_value, 0.0, 0.0, 1.0);
}
