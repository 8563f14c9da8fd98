//! The gaps between tiles: they are dragged, and for whoever uses no mouse they have names, and arrows move the one that
//! has the focus.

use egui::accesskit::Role;
use egui::{CursorIcon, EventFilter, Id, Key, Modifiers, Rect, Response, Sense, Ui};
use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles, Tree};

use crate::scene::View;

/// What an arrow moves of the share that two neighbours have together.
const STEP: f32 = 0.05;

/// The least share of it that is left to one of them.
const LEAST: f32 = 0.1;

/// One gap: between which tiles it is, and where.
struct Edge {
    parent: TileId,
    index: usize,
    between: [TileId; 2],
    dir: LinearDir,
    /// Where both tiles are together.
    both: Rect,
    /// The middle of the gap.
    at: f32,
}

/// The gaps of `tree`, which was drawn into `ui` in this frame: they are dragged, and moved by arrows. A double click
/// makes both neighbours equal. Returns whether one was moved.
pub fn show(ui: &Ui, tree: &mut Tree<View>) -> bool {
    let edges: Vec<Edge> = tree
        .tiles
        .iter()
        .filter_map(|(&parent, tile)| match tile {
            Tile::Container(Container::Linear(linear)) => Some((parent, linear)),
            _ => None,
        })
        .flat_map(|(parent, linear)| edges_of(&tree.tiles, parent, linear))
        .collect();
    let mut is_moved = false;
    for edge in edges {
        let by = edge.interact(ui, &tree.tiles);
        if by != 0.0
            && let Some(Tile::Container(Container::Linear(linear))) =
                tree.tiles.get_mut(edge.parent)
        {
            shift(linear, edge.between, by);
            is_moved = true;
        }
    }
    is_moved
}

/// The gaps of one row or column, if it is in sight.
fn edges_of(tiles: &Tiles<View>, parent: TileId, linear: &Linear) -> Vec<Edge> {
    let pairs = linear.children.windows(2).enumerate();
    let found = pairs.filter_map(|(index, pair)| {
        let &[first, second] = pair else { return None };
        let (before, after) = (tiles.rect(first)?, tiles.rect(second)?);
        let at = match linear.dir {
            LinearDir::Horizontal => 0.5 * (before.right() + after.left()),
            LinearDir::Vertical => 0.5 * (before.bottom() + after.top()),
        };
        Some(Edge {
            parent,
            index,
            between: [first, second],
            dir: linear.dir,
            both: before.union(after),
            at,
        })
    });
    found.collect()
}

impl Edge {
    /// Draws the edge where it is pointed at. Returns by which share of both it is to be moved.
    fn interact(&self, ui: &Ui, tiles: &Tiles<View>) -> f32 {
        let grab = ui.style().interaction.resize_grab_radius_side;
        let id = ui.scope_id().with((self.parent, "edge", self.index));
        let (rect, cursor) = match self.dir {
            LinearDir::Horizontal => (
                Rect::from_x_y_ranges(self.at - grab..=self.at + grab, self.both.y_range()),
                CursorIcon::ResizeHorizontal,
            ),
            LinearDir::Vertical => (
                Rect::from_x_y_ranges(self.both.x_range(), self.at - grab..=self.at + grab),
                CursorIcon::ResizeVertical,
            ),
        };
        let response = ui.interact(rect, id, Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(cursor);
        let [first, second] = self
            .between
            .map(|tile| first_view(tiles, tile).map_or("", View::name));
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_role(Role::Splitter);
            node.set_label(format!("Edge between {first} and {second}"));
        });
        if response.hovered() || response.dragged() {
            let visuals = ui.style().interact(&response);
            match self.dir {
                LinearDir::Horizontal => {
                    ui.painter()
                        .vline(self.at, self.both.y_range(), visuals.fg_stroke)
                }
                LinearDir::Vertical => {
                    ui.painter()
                        .hline(self.both.x_range(), self.at, visuals.fg_stroke)
                }
            };
        }
        self.asked(ui, &response)
    }

    /// By which share of both the pointer or the arrows ask to move it.
    fn asked(&self, ui: &Ui, response: &Response) -> f32 {
        let axis = usize::from(self.dir == LinearDir::Vertical);
        let (from, length) = (self.both.min[axis], self.both.size()[axis].max(1.0));
        if response.double_clicked() {
            return 0.5 - (self.at - from) / length;
        }
        let pointer = response.interact_pointer_pos();
        if let Some(at) = pointer.filter(|_| response.dragged()) {
            return (at[axis] - self.at) / length;
        }
        STEP * arrows(ui, response.id, self.dir)
    }
}

/// Names what is behind the tabs of `group`, by which all of them are dragged at once.
pub fn name_group(ui: &Ui, tiles: &Tiles<View>, group: &[TileId]) {
    let names: Vec<&str> = group
        .iter()
        .filter_map(|&tile| Some(tiles.get_pane(&tile)?.name()))
        .collect();
    // As the tiles name it.
    let id = ui.scope_id().with("background");
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_role(Role::Group);
        node.set_label(format!("Tabs: {}", names.join(", ")));
    });
}

/// The view in the upper left of a tile.
fn first_view(tiles: &Tiles<View>, tile: TileId) -> Option<View> {
    match tiles.get(tile)? {
        Tile::Pane(view) => Some(*view),
        Tile::Container(container) => {
            let first = container.children().next()?;
            first_view(tiles, *first)
        }
    }
}

/// By how many steps the arrows pressed since the last frame move the edge `id`, if it has the focus.
fn arrows(ui: &Ui, id: Id, dir: LinearDir) -> f32 {
    if !ui.ctx().memory(|memory| memory.has_focus(id)) {
        return 0.0;
    }
    let keys = match dir {
        LinearDir::Horizontal => [Key::ArrowLeft, Key::ArrowRight],
        LinearDir::Vertical => [Key::ArrowUp, Key::ArrowDown],
    };
    let own = EventFilter {
        horizontal_arrows: dir == LinearDir::Horizontal,
        vertical_arrows: dir == LinearDir::Vertical,
        ..EventFilter::default()
    };
    ui.ctx()
        .memory_mut(|memory| memory.set_focus_lock_filter(id, own));
    let [back, on] =
        keys.map(|key| ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key)));
    on as f32 - back as f32
}

/// Moves the edge between two neighbours by a share of what they have together, which they keep.
fn shift(linear: &mut Linear, [first, second]: [TileId; 2], by: f32) {
    let both = linear.shares[first] + linear.shares[second];
    let share = (linear.shares[first] / both + by).clamp(LEAST, 1.0 - LEAST) * both;
    linear.shares.set_share(first, share);
    linear.shares.set_share(second, both - share);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_moves_between_its_neighbours_and_no_farther() {
        let mut tiles = Tiles::default();
        let [a, b, c] =
            [View::PRODUCT, View::REASON, View::LOSS].map(|view| tiles.insert_pane(view));
        let mut linear = Linear::new(LinearDir::Vertical, vec![a, b, c]);
        linear.shares.set_share(a, 2.0);
        linear.shares.set_share(b, 2.0);
        shift(&mut linear, [a, b], 0.1);
        assert!((linear.shares[a] - 2.4).abs() < 1e-6 && (linear.shares[b] - 1.6).abs() < 1e-6);
        assert_eq!(linear.shares[c], 1.0);
        shift(&mut linear, [a, b], -5.0);
        assert!((linear.shares[a] - 0.4).abs() < 1e-6 && (linear.shares[b] - 3.6).abs() < 1e-6);
    }
}
