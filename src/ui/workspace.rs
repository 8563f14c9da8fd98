//! The middle of the window: the views as tiles that are dragged, tabbed, resized and enlarged, or stacked where there is
//! no room for that.

use std::collections::HashSet;

use egui::{Color32, Rect, Stroke, Style, Ui, Visuals, WidgetText};
use egui_tiles::{Behavior, Container, EditAction, Tabs, Tile, TileId, Tiles, Tree, UiResponse};

use super::action::Action;
use super::arrangement::Arrangement;
use super::edges;
use super::glossary_link::by_right_click;
use super::pane::{self, Frame};
use super::presentation::Presentation;
use super::scope::Scope;
use super::stack::{self, Chosen, Rows};
use crate::scene::View;

/// Height of a row of tabs.
const TAB_BAR: f32 = 22.0;

/// The arrangement of the views, and which of them fills the middle alone.
pub struct Workspace {
    tree: Tree<View>,
    enlarged: Option<View>,
    chosen: Chosen,
    /// What was drawn in the last frame, and where.
    places: Vec<(View, Rect)>,
    rearranged: bool,
}

impl Workspace {
    /// The views arranged as described.
    pub fn new(arrangement: &Arrangement) -> Self {
        Self {
            tree: arrangement.tree(),
            enlarged: None,
            chosen: Chosen::default(),
            places: Vec::new(),
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
    pub fn drawn(&self) -> Vec<View> {
        self.places.iter().map(|(view, _)| *view).collect()
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
        self.chosen.reveal(view);
        self.tree
            .make_active(|_, tile| matches!(tile, Tile::Pane(other) if *other == view));
    }

    /// Where `view` was drawn in the last frame, unless that was nowhere.
    pub fn place(&self, view: View) -> Option<Rect> {
        let found = self.places.iter().find(|(other, _)| *other == view);
        found.map(|(_, rect)| *rect)
    }

    /// Draws the views, in a presentation the bands alone.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        presentation: Option<Presentation>,
        scope: &Scope<'_>,
        actions: &mut Vec<Action>,
    ) {
        self.places.clear();
        let area = ui.available_rect_before_wrap();
        if let Some(columns) = self.columns(area, presentation) {
            for (area, rows) in columns {
                self.places
                    .extend(stack::show(ui, area, &rows, scope, actions));
            }
            return;
        }
        let mut behaviour = TileBehaviour {
            scope,
            actions,
            tabbed: tabbed(&self.tree.tiles),
            places: &mut self.places,
            rearranged: &mut self.rearranged,
        };
        self.tree.ui(&mut behaviour, ui);
        self.rearranged |= edges::show(ui, &mut self.tree);
    }

    /// What stands above each other, and where: the view that is enlarged, the bands with or without the worksheet beside
    /// them, or what there is room for. `None` for tiles.
    fn columns(&self, area: Rect, presentation: Option<Presentation>) -> Option<Vec<(Rect, Rows)>> {
        if let Some(view) = self.enlarged {
            return Some(vec![(area, vec![(view, Frame::Enlarged, 1.0)])]);
        }
        match presentation {
            Some(it) if it.has_worksheet => {
                let middle = area.center().x;
                let (left, right) = area.split_left_right_at_x(middle);
                let right = right.with_min_x(middle + 6.0);
                let worksheet = vec![(View::WORKSHEET, Frame::Fixed, 1.0)];
                Some(vec![(left, stack::bands(1.0)), (right, worksheet)])
            }
            Some(_) => Some(vec![(area, stack::bands(1.0))]),
            None => Some(vec![(area, self.chosen.rows(area.size())?)]),
        }
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
    places: &'a mut Vec<(View, Rect)>,
    rearranged: &'a mut bool,
}

impl Behavior<View> for TileBehaviour<'_, '_> {
    fn pane_ui(&mut self, ui: &mut Ui, id: TileId, view: &mut View) -> UiResponse {
        self.places.push((*view, ui.max_rect()));
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
        by_right_click(&response, view.definition().concept, self.actions);
        response.on_hover_text(format!("{}\n\nRight click: glossary", view.meaning()))
    }

    /// Their gaps are dragged elsewhere.
    fn is_container_resizable(&self, _: &Tiles<View>, _: TileId) -> bool {
        false
    }

    fn tab_bar_trailing_ui(&mut self, tiles: &Tiles<View>, ui: &mut Ui, _: TileId, tabs: &Tabs) {
        edges::name_group(ui, tiles, &tabs.children);
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
