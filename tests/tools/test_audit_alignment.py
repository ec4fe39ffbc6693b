import json


def test_prints_both_kinds_of_landmarks(run_driver, tmp_path):
    arguments = ["--faces=2", "--detector=hog", "--num_workers=1", "--max_roll=5"]
    result = run_driver("audit_alignment", *arguments, f"--output={tmp_path / 'audit.json'}")
    assert result.returncode == 0, result.stderr
    plain, refined = result.stdout.splitlines()
    assert plain.startswith("dlib landmarks: 2 of 2 faces found, eyes within 1% of the frame")
    assert refined.startswith("refined landmarks: 2 of 2 faces found")
    content = json.loads((tmp_path / "audit.json").read_text())
    assert content["flags"]["max_roll"] == 5
    assert 0 < content["refined"]["median_distance"] < 0.03


def test_no_face_at_all(run_driver):
    result = run_driver("audit_alignment", "--faces=1", "--detector=hog", "--detection_size=80")
    assert result.returncode == 1
    assert "the hog detector finds none of the faces" in result.stderr.splitlines()[-1]
