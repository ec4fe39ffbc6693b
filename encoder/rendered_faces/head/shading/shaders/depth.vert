// An orthographic view from a light.
in vec3 position;
uniform vec3 direction, right, up;
uniform float radius;

void main() {
  gl_Position = vec4(dot(position, right) / radius, dot(position, up) / radius, -dot(position, direction) / (1.6 * radius), 1.0);
}
