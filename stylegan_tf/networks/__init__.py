"""The networks as Keras models, a file an architecture's generator networks, another its critic.

A generator's mapping and synthesis networks share a file (they are trained, saved and used
together); a discriminator has its own:

| NVIDIA's function | File | Class |
|---|---|---|
| `G_paper` | `progan` | `Generator` |
| `D_paper` | `progan_discriminator` | `Discriminator` |
| `G_style`: `G_mapping`, `G_synthesis` | `stylegan` | `Mapping`, `Synthesis` |
| `D_basic` | `stylegan_discriminator` | `Discriminator` |
| `G_main`: `G_mapping`, `G_synthesis_stylegan2` | `stylegan2` | `Mapping`, `Synthesis` |
| `G_synthesis_stylegan_revised` | `stylegan2_growing` | `Synthesis` |
| `D_stylegan` | `stylegan2_growing_discriminator` | `Discriminator` |
| `D_stylegan2` | `stylegan2_discriminator` | `Discriminator` |
| the variables of `G_main` and `G_style` themselves | `wrapper` | `Wrapper` |

What they are made of: `network` (variables under NVIDIA's names), `growing` (progressive growing),
`modulation` (StyleGAN2's modulated convolutions).
"""
