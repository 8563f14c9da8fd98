//! What is done between two frames of a page, where there is no thread for it: in tasks of its own, which a browser begins when
//! nothing else is due. However long it waits for its screen, training does not wait with it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use eframe::wasm_bindgen::closure::Closure;
use eframe::wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{MessageChannel, MessagePort};
use web_time::Instant;

/// So long after a frame it goes on without another one. A page that nobody sees has no frames.
const WITHOUT_FRAME: Duration = Duration::from_millis(250);

/// A loop of short tasks.
pub struct BetweenFrames {
    port: MessagePort,
    state: Rc<State>,
}

struct State {
    /// Whether the next task is on its way.
    is_posted: Cell<bool>,
    last_frame: Cell<Instant>,
    /// Whether no task has been begun since then: drawing may take longer than a page may be without a frame.
    is_fresh: Cell<bool>,
}

impl BetweenFrames {
    /// One whose tasks are `work`, which says whether there is more; as soon as there is a frame.
    pub fn new(mut work: impl FnMut() -> bool + 'static) -> Result<Self, JsValue> {
        // A message to itself is the one task that browsers do not put off by some milliseconds.
        let channel = MessageChannel::new()?;
        let port = channel.port2();
        let state = Rc::new(State {
            is_posted: Cell::new(false),
            last_frame: Cell::new(Instant::now()),
            is_fresh: Cell::new(false),
        });
        let (again, shared) = (port.clone(), Rc::clone(&state));
        let task = Closure::<dyn FnMut()>::new(move || {
            shared.is_posted.set(false);
            let is_seen =
                shared.is_fresh.take() || shared.last_frame.get().elapsed() < WITHOUT_FRAME;
            if is_seen && work() {
                shared.post(&again);
            }
        });
        channel
            .port1()
            .set_onmessage(Some(task.as_ref().unchecked_ref()));
        // It is there as long as the page.
        task.forget();
        Ok(Self { port, state })
    }

    /// There is a frame: what there is to do is done until the next one.
    pub fn frame(&self) {
        self.state.last_frame.set(Instant::now());
        self.state.is_fresh.set(true);
        self.state.post(&self.port);
    }
}

impl State {
    fn post(&self, port: &MessagePort) {
        if !self.is_posted.get() {
            self.is_posted
                .set(port.post_message(&JsValue::NULL).is_ok());
        }
    }
}
