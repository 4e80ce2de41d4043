import { refusedCsv, refusedIn } from "../../catalogue/refusedVersions";

it.each([
    ["rhcl-operator.v1.4.0", "1.4.0"],
    ["rhcl-operator.v1.4.0-0.1234.p", "1.4.0"],
    ["rhcl-operator.v1.4.1", undefined],
    ["rhcl-operator.v1.3.4", undefined],
    ["other-operator.v1.4.0", undefined],
    ["", undefined],
])("%s is refused as %s", (csv, version) => {
    expect(refusedCsv(csv)?.version).toBe(version);
});

it.each([
    ["ghcr.io/berriai/litellm:v1.82.7-stable", ["1.82.7"]],
    ["ghcr.io/berriai/litellm-database:main-v1.82.8", ["1.82.8"]],
    ["pip install 'litellm[proxy]==1.82.8' && run", ["1.82.8"]],
    ["litellm == 1.82.7", ["1.82.7"]],
    ["ghcr.io/berriai/litellm:v1.83.0", []],
    ["ghcr.io/berriai/litellm:v1.82.70", []],
    ["not-litellm==1.82.7", []],
    ["litellm 1.82.7 is poisoned", []],
])("%s installs %j", (text, versions) => {
    expect(refusedIn(text).map((found) => found.version)).toEqual(versions);
});
