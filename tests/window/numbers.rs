//! A network and a sequence of one's own, typed and pasted.

use bptt_scope::rnn::CellKind;
use bptt_scope::scene::View;
use bptt_scope::tasks::TaskKind;
use bptt_scope::training::{GivenWeights, InputSource, SmallNetwork, Weight};
use bptt_scope::ui::{Action, DataAction, Memory, MemoryFile, ScopeApp};
use egui::Key;
use egui_kittest::kittest::Queryable as _;

use super::support::Window;

fn with_example(slug: &str) -> Window {
    let small = SmallNetwork::ALL.iter().find(|it| it.slug == slug).unwrap();
    let experiment = small.experiment().into();
    Window::open([1280.0, 800.0], |e| *e = experiment)
}

/// From the lecture's sentence to an exercise: the window opens with a small network, a matrix is pasted as Python prints
/// it, and it is read.
#[test]
fn numbers_are_typed_pasted_and_used() {
    let mut window = Window::usual();
    window.key(Key::M);
    assert!(window.shows("My numbers"));
    window.type_text("numbers of w_h", "np.array([[0.5, 0.1], [0.2, 0.3]])");
    assert!(window.shows("w_i has 1 row of 1, and W_h has 2 rows: both take as many"));
    // Nothing was changed.
    assert_eq!(window.snapshot().len(), 10);
    window.type_text("numbers of w_i", "0,5\t1\n2\t3");
    assert!(window.shows("w_o has 1 row of 1: it takes rows of H = 2"));
    window.type_text("numbers of w_o", "1 -1");
    assert!(window.shows("W_i has 2 columns, and x has 1 number at each step"));
    window.type_text("numbers of x", "[[1, 0], [0, 1]]");
    assert!(window.shows("Elman, H = 2, D = 2, n = 2"));
    window
        .harness
        .get_by_label_contains("Use these numbers")
        .click();
    window.harness.run_steps(3);
    window.settle();
    let snapshot = window.snapshot();
    assert_eq!(snapshot.len(), 2);
    let parameters = &snapshot.moment.network.parameters;
    assert_eq!(parameters.w_h()[[1, 0]], 0.2);
    assert_eq!(parameters.w_i()[[0, 0]], 0.5);
    // One change, which undo takes back.
    window.act(Action::Undo);
    assert_eq!(window.snapshot().len(), 10);
}

#[test]
fn another_length_or_task_keeps_what_fits_and_says_what_does_not() {
    let mut window = with_example("two-units");
    window.act(Action::SetLength(5));
    assert_eq!(window.snapshot().len(), 5);
    assert_eq!(window.harness.state().experiment().probe.inputs.rows(), 5);
    window.type_value("hidden", "3");
    assert!(window.shows("the weights are drawn now"));
    assert_eq!(window.snapshot().moment.network.parameters.hidden(), 3);
    window.act(Action::Undo);
    assert_eq!(
        window.snapshot().moment.network.parameters.w_h()[[0, 1]],
        -0.5
    );
    window.choose("kind", "latch");
    assert!(window.harness.state().experiment().probe.inputs.is_empty());
    window.choose("kind", "your own");
    assert_eq!(
        window.harness.state().experiment().probe.inputs.columns(),
        1
    );
}

/// What is saved is what is seen: a slider that was moved before the first step is written into the numbers.
#[test]
fn a_slider_before_the_first_step_is_copied_with_the_numbers() {
    let mut window = with_example("worked-example");
    window.type_value("w_h", "0.7");
    assert_eq!(
        window.snapshot().moment.network.parameters.w_h()[[0, 0]],
        0.7
    );
    window.act(Action::CopyExperiment);
    let text = window.harness.state().experiment().to_text();
    assert!(text.contains("w_h = [[0.7]]"), "{text}");
}

#[test]
fn a_menu_has_the_small_networks_and_each_can_be_seen_everywhere() {
    for small in SmallNetwork::ALL {
        let mut window = with_example(small.slug);
        window.settle_fully();
        assert!(window.shows("step 0 · paused"), "{}", small.slug);
        for view in bptt_scope::scene::View::ALL {
            window.act(Action::Reveal(view));
        }
        window.act(Action::Step);
        window.settle_fully();
    }
    let mut window = Window::usual();
    window.click("File");
    window.click("Examples");
    window.click("Explicit differentiation");
    let snapshot = window.snapshot();
    assert_eq!(snapshot.moment.experiment.task.kind, TaskKind::Data);
    assert_eq!(snapshot.moment.network.cell, CellKind::Elman);
    assert!(window.shows("put in"));
}

/// Presses the button and waits for what comes of it.
fn compare(window: &mut Window) {
    window.harness.get_by_label_contains("Ctrl+Enter").click();
    window.harness.run_steps(3);
    window.wait_until("it is compared", ScopeApp::is_compared);
    window.harness.run_steps(3);
}

/// The numbers of FluxML/Flux.jl#2185: the last term alone. The window says so, with what to write; and right ones are right.
#[test]
fn my_gradient_is_compared_and_its_mistake_is_named() {
    let mut window = with_example("explicit-differentiation");
    window.click("File");
    window.click("Is my gradient right?…");
    window.type_text("my gradient of w_i", "3");
    window.type_text("my gradient of w_h", "[[38.0]]");
    compare(&mut window);
    assert!(window.shows("Only the last term of the sum over timesteps is there"));
    assert!(window.shows("Write instead: Add up the terms of every timestep"));
    assert!(window.shows("its terms stand beside the right ones in the view Terms"));
    window.act(Action::Reveal(View::TERMS));
    let described = window.described("Terms of the gradient");
    assert!(described.contains("and yours 38"), "{described}");
    window.key(Key::ArrowLeft);
    let described = window.described("Terms of the gradient");
    assert!(described.contains("and yours 0"), "{described}");
    window.type_text("my gradient of w_i", "11");
    window.type_text("my gradient of w_h", "66");
    window.type_text("my gradient of dl_dh", "4\n1");
    compare(&mut window);
    assert!(window.shows("Your gradient is right, but for rounding"));
    let described = window.described("Terms of the gradient");
    assert!(!described.contains("yours"), "{described}");
    window.type_text("my gradient of w_h", "sixty");
    window.harness.get_by_label_contains("Ctrl+Enter").click();
    window.harness.run_steps(3);
    assert!(window.shows("w_h: row 1: “sixty” is no number"));
    // Of another moment nobody has given anything.
    let mut window = with_example("explicit-differentiation");
    window.click("File");
    window.click("Is my gradient right?…");
    window.type_text("my gradient of w_h_terms", "28\n39");
    compare(&mut window);
    assert!(window.shows("departs first at t = 2"));
    window.act(Action::Reveal(View::TERMS));
    let described = window.described("Terms of the gradient");
    assert!(described.contains("and yours 39"), "{described}");
    window.act(Action::SetWeight(Weight::Recurrent, 2.0));
    let described = window.described("Terms of the gradient");
    assert!(!described.contains("yours"), "{described}");
}

/// A model is opened like an experiment; it is never saved over, and it is there again the next time.
#[test]
fn a_model_is_opened_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.pt");
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(source.join("tests/models/checkpoint.pt"), &path).unwrap();
    let mut window = Window::usual();
    window.act(Action::OpenFile(path.clone()));
    assert!(window.shows("Opened the network of"));
    assert!(window.shows("No loss: the gradient begins at the last state"));
    let snapshot = window.snapshot();
    assert_eq!(
        (snapshot.moment.network.cell, snapshot.len()),
        (CellKind::Lstm, 50)
    );
    let weights = snapshot.moment.network.parameters.clone();
    for view in bptt_scope::scene::View::ALL {
        window.act(Action::Reveal(view));
    }
    // Saving asks for a name.
    window.act(Action::Save);
    assert!(window.shows("Save the experiment"));
    assert_eq!(
        std::fs::read(&path).unwrap(),
        std::fs::read(source.join("tests/models/checkpoint.pt")).unwrap()
    );
    let experiment = window.harness.state().experiment().clone();
    // As the window remembers it: by the path of the file.
    let text = serde_json::to_string(&experiment).unwrap();
    assert!(text.contains("model.pt") && text.len() < 2_000);
    let memory = Memory {
        experiment: serde_json::from_str(&text).unwrap(),
        ..Memory::default()
    };
    let window = Window::open_with(&memory, None);
    assert_eq!(window.snapshot().moment.network.parameters, weights);
    std::fs::remove_file(&path).unwrap();
    let window = Window::open_with(&memory, None);
    assert!(
        window
            .harness
            .state()
            .notice()
            .unwrap()
            .contains("there is no such file")
    );
}

/// What is remembered and cannot be shown, because its model is not there, is not forgotten for the usual experiment that
/// takes its place; it is when there is something else to remember.
#[test]
fn what_cannot_be_shown_is_remembered_still() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = MemoryFile::at(folder.path().join("memory.toml"));
    let mut memory = Memory::default();
    let gone = folder.path().join("gone.npz").display().to_string();
    memory.experiment.network.weights = GivenWeights::in_file(gone.clone());
    memory.experiment.task.kind = TaskKind::Data;
    memory.experiment.data.inputs = InputSource::Zeros;
    memory.lessons_offered = true;
    file.save(&memory, true).unwrap();
    let mut named = || {
        let experiment = file.load().0.experiment;
        experiment.network.weights.file().map(str::to_owned)
    };
    assert_eq!(named().as_ref(), Some(&gone));
    let window = Window::remembering(&MemoryFile::at(folder.path().join("memory.toml")));
    assert!(window.shows("there is no such file"));
    window.close();
    assert_eq!(named(), Some(gone));
    let mut window = Window::remembering(&MemoryFile::at(folder.path().join("memory.toml")));
    window.type_value("length", "12");
    window.close();
    assert_eq!(named(), None);
}

/// A model that has an embedding reads a typed text: numbers of rows at first, words when a file says which they are.
#[test]
fn a_model_reads_a_text_by_its_own_embedding() {
    use safetensors::tensor::{Dtype, TensorView};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    let tensors = [
        ("emb.weight", vec![4, 2]),
        ("rnn.weight_ih_l0", vec![6, 2]),
        ("rnn.weight_hh_l0", vec![6, 2]),
    ];
    let numbers = tensors.iter().map(|(_, shape)| {
        let count: usize = shape.iter().product();
        let numbers = (0..count).flat_map(|index| (0.1 + 0.1 * index as f64).sin().to_le_bytes());
        numbers.collect::<Vec<u8>>()
    });
    let numbers: Vec<Vec<u8>> = numbers.collect();
    let views = tensors.iter().zip(&numbers).map(|((name, shape), bytes)| {
        let view = TensorView::new(Dtype::F64, shape.clone(), bytes).unwrap();
        ((*name).to_owned(), view)
    });
    std::fs::write(&path, safetensors::serialize(views, None).unwrap()).unwrap();
    let words = folder.path().join("words.txt");
    std::fs::write(&words, "a\nfilm\nnot\nbad\n").unwrap();
    let mut window = Window::usual();
    window.act(Action::OpenFile(path));
    assert!(window.shows("that of its embedding"));
    window.choose("reads", "its embedding");
    assert_eq!(window.snapshot().len(), 4);
    assert!(window.shows("Rows of its embedding"));
    window.type_sentence("3 1 0");
    assert_eq!(window.snapshot().len(), 3);
    window.act(Action::Data(DataAction::Words(words)));
    window.wait_until("the words are read", |app| !app.is_reading());
    window.type_sentence("not a bad film");
    window.settle();
    let snapshot = window.snapshot();
    assert_eq!(snapshot.len(), 4);
    assert!((1..=4).all(|t| snapshot.word(t).unwrap().known));
    window.act(Action::Reveal(View::TEXT));
    assert!(window.shows("film"));
    let mean = snapshot_gain(&window);
    window.choose("begins along", "worst");
    assert!(window.shows("of which most arrives at step 1"));
    assert!(snapshot_gain(&window) >= mean);
    window.type_sentence("");
    assert_eq!(window.snapshot().len(), 1);
}

/// log₁₀ of the gain at the first timestep.
fn snapshot_gain(window: &Window) -> f64 {
    window.snapshot().probe.flow.steps[0]
        .to_end
        .log10()
        .unwrap()
}
