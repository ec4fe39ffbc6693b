in vec2 corner;
out vec2 s;

void main() {
  s = corner;
  gl_Position = vec4(corner, 0.9999, 1.0);
}
