//! The middle of the window: the views as tiles that are dragged, tabbed, resized and enlarged.

use std::collections::HashSet;

use egui::{Color32, Rect, Stroke, Style, Ui, Visuals, WidgetText};
use egui_tiles::{Behavior, Container, EditAction, Tile, TileId, Tiles, Tree, UiResponse};

use super::action::Action;
use super::arrangement::Arrangement;
use super::pane::{self, Frame};
use super::scope::Scope;
use crate::scene::View;

/// Height of a row of tabs.
const TAB_BAR: f32 = 22.0;

/// The arrangement of the views, and which of them fills the middle alone.
pub struct Workspace {
    tree: Tree<View>,
    enlarged: Option<View>,
    drawn: Vec<View>,
    rearranged: bool,
}

impl Workspace {
    /// The views arranged as described.
    pub fn new(arrangement: &Arrangement) -> Self {
        Self {
            tree: arrangement.tree(),
            enlarged: None,
            drawn: Vec::new(),
            rearranged: false,
        }
    }

    /// How the views are arranged now.
    pub fn arrangement(&self) -> Arrangement {
        Arrangement::of(&self.tree)
    }

    /// The view that fills the middle alone, if one does.
    pub fn enlarged(&self) -> Option<View> {
        self.enlarged
    }

    /// The views drawn in the last frame: the others must cost nothing.
    pub fn drawn(&self) -> &[View] {
        &self.drawn
    }

    /// Whether tiles were moved, resized or brought to the front since the last call.
    pub fn take_rearranged(&mut self) -> bool {
        std::mem::take(&mut self.rearranged)
    }

    /// Fills the middle with `view`, or brings it back to its place.
    pub fn enlarge(&mut self, view: View) {
        self.enlarged = (self.enlarged != Some(view)).then_some(view);
    }

    /// Brings `view` into sight: to the front of its tabs, and out from behind an enlarged one.
    pub fn reveal(&mut self, view: View) {
        self.enlarged = None;
        self.tree
            .make_active(|_, tile| matches!(tile, Tile::Pane(other) if *other == view));
    }

    /// Where `view` was drawn in the last frame, unless that was nowhere.
    pub fn place(&self, view: View) -> Option<Rect> {
        if !self.drawn.contains(&view) {
            return None;
        }
        let is_it = |tile: &Tile<View>| matches!(tile, Tile::Pane(other) if *other == view);
        let found = self.tree.tiles.iter().find(|(_, tile)| is_it(tile));
        found.and_then(|(id, _)| self.tree.tiles.rect(*id))
    }

    /// Draws the views.
    pub fn show(&mut self, ui: &mut Ui, scope: &Scope<'_>, actions: &mut Vec<Action>) {
        self.drawn.clear();
        if let Some(view) = self.enlarged {
            self.drawn.push(view);
            pane::show(ui, view, Frame::Enlarged, scope, actions);
            return;
        }
        let mut behaviour = TileBehaviour {
            scope,
            actions,
            tabbed: tabbed(&self.tree.tiles),
            drawn: &mut self.drawn,
            rearranged: &mut self.rearranged,
        };
        self.tree.ui(&mut behaviour, ui);
    }
}

/// The tiles whose names stand on tabs.
fn tabbed(tiles: &Tiles<View>) -> HashSet<TileId> {
    tiles
        .tiles()
        .filter_map(|tile| match tile {
            Tile::Container(Container::Tabs(tabs)) => Some(tabs.children.clone()),
            _ => None,
        })
        .flatten()
        .collect()
}

/// What the tiles ask of whoever draws them.
struct TileBehaviour<'a, 'b> {
    scope: &'a Scope<'b>,
    actions: &'a mut Vec<Action>,
    tabbed: HashSet<TileId>,
    drawn: &'a mut Vec<View>,
    rearranged: &'a mut bool,
}

impl Behavior<View> for TileBehaviour<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, id: TileId, view: &mut View) -> UiResponse {
        self.drawn.push(*view);
        let frame = if self.tabbed.contains(&id) {
            Frame::Tab
        } else {
            Frame::Free
        };
        if pane::show(ui, *view, frame, self.scope, self.actions) {
            UiResponse::DragStarted
        } else {
            UiResponse::None
        }
    }

    fn tab_title_for_pane(&mut self, view: &View) -> WidgetText {
        view.name().into()
    }

    fn on_tab_button(
        &mut self,
        tiles: &mut Tiles<View>,
        id: TileId,
        response: egui::Response,
    ) -> egui::Response {
        let Some(&view) = tiles.get_pane(&id) else {
            return response;
        };
        if response.double_clicked() {
            self.actions.push(Action::Enlarge(view));
        }
        response.on_hover_text(view.meaning())
    }

    fn tab_bar_height(&self, _style: &Style) -> f32 {
        TAB_BAR
    }

    fn tab_title_spacing(&self, _visuals: &Visuals) -> f32 {
        7.0
    }

    fn tab_bar_color(&self, visuals: &Visuals) -> Color32 {
        visuals.panel_fill
    }

    fn on_edit(&mut self, _edit: EditAction) {
        *self.rearranged = true;
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        3.0
    }

    fn min_size(&self) -> f32 {
        64.0
    }

    fn tab_bar_hline_stroke(&self, visuals: &Visuals) -> Stroke {
        Stroke::new(1.0, visuals.widgets.noninteractive.bg_stroke.color)
    }
}
