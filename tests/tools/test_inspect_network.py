import pathlib

DATA = pathlib.Path(__file__).parents[1] / "data" / "networks"


def test_lists_layers_and_options(run_driver):
    result = run_driver("inspect_network", f"--network={DATA / 'progan_64.pkl.xz'}")
    assert result.returncode == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["G:", "G_paper", "(version", "3)"] in lines
    # 3 × 3 × 32 × 32 weights and 32 biases.
    assert lines.count(["8x8/Conv1", "3×3×32×32", "9,248"]) == 2
    assert "fmap_base=512" in result.stdout
    assert [line for line in lines if line[:1] == ["D:"]] == [["D:", "D_paper", "(version", "3)"]]


def test_lists_variables_of_one_network(run_driver):
    path = DATA / "sg2_cond32.pkl.xz"
    result = run_driver("inspect_network", f"--network={path}", "--role=Gs", "--variables")
    assert "synthesis/4x4/Conv/noise_strength" in result.stdout
    assert "FromRGB" not in result.stdout
    total = next(line for line in result.stdout.splitlines() if "trained in all" in line)
    assert int(total.split()[-1].replace(",", "")) > 100_000
    result = run_driver("inspect_network", f"--network={path}", "--role=G")
    assert result.returncode == 1
    assert "the file has no G; it has D, Gs" in result.stderr


def test_refuses_a_precision_it_has_no_use_for(run_driver):
    path = DATA / "sg2_cond32.pkl.xz"
    result = run_driver("inspect_network", f"--network={path}", "--precision=bfloat16")
    assert result.returncode == 1
    assert "--precision has no meaning here: no image is computed" in result.stderr
