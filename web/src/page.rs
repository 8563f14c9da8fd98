//! The window as a page: begun on the canvas that the page has for it, with what its address says.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use bptt_scope::export::{put_file, take_written};
use bptt_scope::rnn::Interrupt;
use bptt_scope::training::{Experiment, Trainer};
use bptt_scope::ui::{Action, LEAST_SIZE, Link, MemoryFile, ScopeApp};
use eframe::egui;
use eframe::wasm_bindgen::JsCast as _;
use eframe::wasm_bindgen::closure::Closure;
use eframe::wasm_bindgen::prelude::wasm_bindgen;
use js_sys::{Array, Object, Reflect, Uint8Array};
use web_sys::{Blob, Document, HtmlAnchorElement, HtmlCanvasElement, Url, Window};
use web_time::Instant;

use super::between_frames::BetweenFrames;

/// What the elements of the page are called.
const CANVAS: &str = "scope";
const LOADING: &str = "loading";

/// What an address can ask for.
const LESSON: &str = "lesson";
const EMBED: &str = "embed";

/// Below this zoom nobody reads anything.
const LEAST_ZOOM: f32 = 0.5;

/// How often it is looked whether something has changed that the address is to say: nobody reads it faster, and browsers
/// refuse what changes it many times a second.
const PACE: Duration = Duration::from_millis(500);

/// How long training takes of the time between two frames at once: what somebody does waits for it, and so does a frame.
const SLICE: Duration = Duration::from_millis(4);

/// Begins the program. What becomes of it is seen on the page.
pub fn open() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let Some(document) = window.document() else {
        return;
    };
    wasm_bindgen_futures::spawn_local(async move {
        match begin(&window, &document).await {
            Ok(()) => hide(&document, LOADING),
            Err(problem) => say(&document, &problem),
        }
    });
}

/// How many training steps a second a browser makes of an `experiment` (TOML) as long as it does nothing else: the page stands
/// still until `steps` of them are made. A benchmark, and no part of the page itself.
///
/// # Errors
/// What is wrong with the experiment.
#[wasm_bindgen(wasm_bindgen = eframe::wasm_bindgen)]
pub fn steps_per_second(experiment: &str, steps: u32) -> Result<f64, String> {
    let experiment = Experiment::from_text(experiment).map_err(|error| error.to_string())?;
    let mut trainer = Trainer::new(experiment);
    let never = Interrupt::default();
    let mut begun = Instant::now();
    for step in 0..=steps {
        if step == 1 {
            // The first has made room for the others.
            begun = Instant::now();
        }
        trainer.step(&never);
    }
    Ok(f64::from(steps) / begun.elapsed().as_secs_f64())
}

async fn begin(window: &Window, document: &Document) -> Result<(), String> {
    let canvas = document
        .get_element_by_id(CANVAS)
        .and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok())
        .ok_or("this page has no canvas for it")?;
    let address = Address::new(window.clone());
    let embedded = address.asks(EMBED);
    // What is done within somebody's page is no business of the next one.
    let mut kept = MemoryFile::usual().filter(|_| embedded.is_none());
    let (memory, trouble) = kept.as_mut().map(MemoryFile::load).unwrap_or_default();
    draw_plainly(&canvas);
    let element = canvas.clone();
    let runner = eframe::WebRunner::new();
    let trainer = runner.clone();
    let between = BetweenFrames::new(move || {
        let page = trainer.app_mut::<Page>();
        page.and_then(|mut page| page.app.train(SLICE)) == Some(Duration::ZERO)
    })
    .map_err(|error| format!("{error:?}"))?;
    let begun = runner.start(
        canvas,
        eframe::WebOptions::default(),
        Box::new(move |creation| {
            let mut app = ScopeApp::with_memory(&creation.egui_ctx, &memory, kept)?;
            if let Some(trouble) = trouble {
                app.tell(trouble);
            }
            app.set_page(address.page());
            if let Some(named) = &embedded {
                app.embed(named);
            }
            address.listen(&creation.egui_ctx);
            Ok(Box::new(Page::new(app, address, element, between)))
        }),
    );
    begun.await.map_err(|error| format!("{error:?}"))
}

/// Has `canvas` draw without what a browser adds unless it is told: four samples a pixel, where egui smooths its edges itself,
/// a depth of every pixel, and seeing through to the page. Where the graphics are the processor's, a frame takes half the
/// time. Whoever asks for the same kind of drawing later is given this; where there is none, egui takes an older kind.
fn draw_plainly(canvas: &HtmlCanvasElement) {
    let attributes = Object::new();
    for name in ["antialias", "depth", "alpha"] {
        let _ = Reflect::set(&attributes, &name.into(), &false.into());
    }
    let _ = canvas.get_context_with_context_options("webgl2", &attributes);
}

fn hide(document: &Document, id: &str) {
    if let Some(element) = document.get_element_by_id(id) {
        element.remove();
    }
}

/// Says in the place of the bar why there is nothing to see.
fn say(document: &Document, problem: &str) {
    if let Some(element) = document.get_element_by_id(LOADING) {
        element.set_text_content(Some(&format!(
            "BPTT Scope cannot begin in this browser: {problem}"
        )));
    }
}

/// The address of the page, and whether somebody has changed it.
struct Address {
    window: Window,
    is_changed: Rc<Cell<bool>>,
}

impl Address {
    fn new(window: Window) -> Self {
        Self {
            window,
            is_changed: Rc::new(Cell::new(true)),
        }
    }

    /// All of it but what is behind the mark.
    fn page(&self) -> String {
        let href = self.window.location().href().unwrap_or_default();
        href.split('#').next().unwrap_or_default().to_owned()
    }

    /// The letters of the link that it has.
    fn letters(&self) -> Option<String> {
        let hash = self.window.location().hash().ok()?;
        hash.strip_prefix(Link::MARK).map(str::to_owned)
    }

    /// What it asks for under a `name`: `?lesson=sigmoid`, or `?embed`.
    fn asks(&self, name: &str) -> Option<String> {
        let search = self.window.location().search().ok()?;
        let mut words = search.trim_start_matches('?').split('&');
        words.find_map(|word| match word.split_once('=') {
            Some((key, value)) => (key == name).then(|| value.to_owned()),
            None => (word == name).then(String::new),
        })
    }

    /// Notices when somebody follows a link to this page.
    fn listen(&self, ctx: &egui::Context) {
        let (is_changed, ctx) = (Rc::clone(&self.is_changed), ctx.clone());
        let changed = Closure::<dyn FnMut()>::new(move || {
            is_changed.set(true);
            ctx.request_repaint();
        });
        self.window
            .set_onhashchange(Some(changed.as_ref().unchecked_ref()));
        // It is there as long as the page.
        changed.forget();
    }

    /// Has it say `letters`, without a page to go back to.
    fn put(&self, letters: &str) {
        if let Ok(history) = self.window.history() {
            let hash = format!("{}{letters}", Link::MARK);
            // Where a page may not, it is as it was.
            let _ = history.replace_state_with_url(
                &eframe::wasm_bindgen::JsValue::NULL,
                "",
                Some(&hash),
            );
        }
    }
}

/// The window, and what a browser needs besides.
struct Page {
    app: ScopeApp,
    address: Address,
    canvas: HtmlCanvasElement,
    between: BetweenFrames,
    /// What was dropped on the page, once it is read.
    dropped: Rc<RefCell<Vec<PathBuf>>>,
    /// Whether everything is smaller than usual, because the page is narrow.
    is_small: bool,
    /// What the address says, and when it was looked at last.
    said: Link,
    looked: Instant,
}

impl Page {
    fn new(
        app: ScopeApp,
        address: Address,
        canvas: HtmlCanvasElement,
        between: BetweenFrames,
    ) -> Self {
        Self {
            said: app.link(),
            app,
            address,
            canvas,
            between,
            dropped: Rc::default(),
            is_small: false,
            looked: Instant::now(),
        }
    }

    /// Where the page is narrower than what the rows are made for, as on a phone held upright, everything is smaller.
    fn fit(&mut self, ctx: &egui::Context) {
        let width = ctx.content_rect().width() * ctx.zoom_factor();
        let zoom = (width / LEAST_SIZE.x).clamp(LEAST_ZOOM, 1.0);
        if (zoom < 1.0 || self.is_small) && (zoom - ctx.zoom_factor()).abs() > 0.01 {
            ctx.set_zoom_factor(zoom);
        }
        self.is_small = zoom < 1.0;
    }

    /// Opens what the address says, if somebody has changed it.
    fn follow(&mut self) {
        if !self.address.is_changed.take() {
            return;
        }
        match (self.address.letters(), self.address.asks(LESSON)) {
            (Some(letters), _) => {
                self.app.open_link(&letters);
                self.said = self.app.link();
            }
            (None, Some(lesson)) => self.app.begin_lesson_called(&lesson),
            (None, None) => {}
        }
    }

    /// Has the address say what is on the screen, and the canvas what is to be seen.
    fn keep_up(&mut self, ctx: &egui::Context) {
        let rested = self.looked.elapsed();
        if rested < PACE {
            return ctx.request_repaint_after(PACE - rested);
        }
        self.looked = Instant::now();
        // A canvas says nothing by itself to those who do not see it.
        if let Some(words) = self.app.in_words() {
            let _ = self.canvas.set_attribute("aria-description", &words);
        }
        let link = self.app.link();
        if link != self.said {
            self.address.put(&link.to_letters());
            self.said = link;
        }
    }
}

impl eframe::App for Page {
    fn raw_input_hook(&mut self, ctx: &egui::Context, raw_input: &mut egui::RawInput) {
        eframe::App::raw_input_hook(&mut self.app, ctx, raw_input);
        for file in raw_input.dropped_files.drain(..) {
            // A browser gives what is in it a little later.
            let (ctx, dropped) = (ctx.clone(), Rc::clone(&self.dropped));
            wasm_bindgen_futures::spawn_local(async move {
                if let Ok(bytes) = file.bytes_async().await {
                    put_file(file.path(), bytes.into());
                    dropped.borrow_mut().push(file.path().to_owned());
                    ctx.request_repaint();
                }
            });
        }
    }

    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.fit(ctx);
        self.follow();
        for path in self.dropped.take() {
            self.app.apply(ctx, Action::OpenFile(path));
        }
        eframe::App::logic(&mut self.app, ctx, frame);
        self.keep_up(ctx);
        while let Some((path, bytes)) = take_written() {
            let name = path.file_name().unwrap_or(path.as_os_str());
            download(&name.to_string_lossy(), &bytes);
        }
        self.between.frame();
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        eframe::App::ui(&mut self.app, ui, frame);
    }

    fn as_any_mut(&mut self) -> Option<&mut dyn std::any::Any> {
        Some(self)
    }
}

/// Has the browser keep `bytes` as a file.
fn download(name: &str, bytes: &[u8]) -> Option<()> {
    let document = web_sys::window()?.document()?;
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let link = document.create_element("a").ok()?;
    let link: HtmlAnchorElement = link.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url).ok()
}
