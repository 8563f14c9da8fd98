//! How the views are arranged: a plain description that can be written down, and the tiles made of it.
//!
//! It is a tree by construction, while the tiles refer to each other by number and a file of them that
//! was damaged could refer in circles.

use egui_tiles::{Container, Linear, LinearDir, Tabs, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use crate::scene::View;

/// The tree's name among the ids of the window.
const TREE: &str = "views";

/// Part of an arrangement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrangement {
    /// One view.
    View(View),
    /// Side by side, with shares of the width.
    Columns(Vec<(f32, Self)>),
    /// One above the other, with shares of the height.
    Rows(Vec<(f32, Self)>),
    /// One behind the other; the first number is the place of the one in front.
    Tabs(usize, Vec<Self>),
}

impl Default for Arrangement {
    /// The three bands, and everything else in tabs below.
    fn default() -> Self {
        let tabs = |views: &[View]| Self::Tabs(0, views.iter().copied().map(Self::View).collect());
        Self::Rows(vec![
            (0.23, Self::View(View::UNROLLED)),
            (0.27, Self::View(View::PRODUCT)),
            (0.20, Self::View(View::REASON)),
            (
                0.30,
                Self::Columns(vec![
                    (
                        0.32,
                        tabs(&[
                            View::FORMULA,
                            View::WORKSHEET,
                            View::TERMS,
                            View::ACTIVATION,
                            View::FLOATS,
                        ]),
                    ),
                    (
                        0.335,
                        tabs(&[
                            View::LOSS,
                            View::TEXT,
                            View::ACCURACY,
                            View::HISTORY,
                            View::GATES,
                            View::LAYERS,
                        ]),
                    ),
                    (
                        0.345,
                        tabs(&[
                            View::TRIANGLE,
                            View::LANDSCAPE,
                            View::PHASE_MAP,
                            View::SPECTRUM,
                        ]),
                    ),
                ]),
            ),
        ])
    }
}

impl Arrangement {
    /// Every view beside every other: nothing is hidden.
    pub fn all_open() -> Self {
        let row = |views: &[View]| {
            let columns = views.iter().map(|&view| (1.0, Self::View(view)));
            (1.0, Self::Columns(columns.collect()))
        };
        Self::Rows(View::ALL.chunks(4).map(row).collect())
    }

    /// The tiles of it. A view that is missing, because the description was written by an earlier version
    /// or by hand, comes as a tab behind others; one that is there twice comes once.
    pub fn tree(&self) -> Tree<View> {
        let mut tiles = Tiles::default();
        let mut placed = Vec::new();
        let root = self.insert(&mut tiles, &mut placed);
        let missing: Vec<TileId> = View::ALL
            .into_iter()
            .filter(|view| !placed.contains(view))
            .map(|view| tiles.insert_pane(view))
            .collect();
        let root = match (root, missing.is_empty()) {
            (Some(root), true) => root,
            (None, _) => tiles.insert_tab_tile(missing),
            (Some(root), false) if add_to_tabs(&mut tiles, &missing) => root,
            (Some(root), false) => {
                let rest = tiles.insert_tab_tile(missing);
                let rows = Linear::new_binary(LinearDir::Vertical, [root, rest], 0.7);
                tiles.insert_container(rows)
            }
        };
        Tree::new(egui::Id::unique(TREE), root, tiles)
    }

    /// The description of `tree`.
    pub fn of(tree: &Tree<View>) -> Self {
        tree.root()
            .and_then(|root| Self::of_tile(&tree.tiles, root))
            .unwrap_or_default()
    }

    fn of_tile(tiles: &Tiles<View>, id: TileId) -> Option<Self> {
        let children = |ids: &[TileId]| -> Vec<Self> {
            ids.iter()
                .filter_map(|&id| Self::of_tile(tiles, id))
                .collect()
        };
        Some(match tiles.get(id)? {
            Tile::Pane(view) => Self::View(*view),
            Tile::Container(Container::Tabs(tabs)) => {
                let front = tabs.children.iter().position(|&id| tabs.is_active(id));
                Self::Tabs(front.unwrap_or(0), children(&tabs.children))
            }
            Tile::Container(Container::Linear(linear)) => {
                let part = |&id: &TileId| Some((linear.shares[id], Self::of_tile(tiles, id)?));
                let parts = linear.children.iter().filter_map(part).collect();
                match linear.dir {
                    LinearDir::Horizontal => Self::Columns(parts),
                    LinearDir::Vertical => Self::Rows(parts),
                }
            }
            Tile::Container(Container::Grid(grid)) => {
                let ids: Vec<TileId> = grid.children().copied().collect();
                Self::Tabs(0, children(&ids))
            }
        })
    }

    fn insert(&self, tiles: &mut Tiles<View>, placed: &mut Vec<View>) -> Option<TileId> {
        match self {
            Self::View(view) if placed.contains(view) => None,
            Self::View(view) => {
                placed.push(*view);
                Some(tiles.insert_pane(*view))
            }
            Self::Columns(parts) => insert_linear(LinearDir::Horizontal, parts, tiles, placed),
            Self::Rows(parts) => insert_linear(LinearDir::Vertical, parts, tiles, placed),
            Self::Tabs(front, parts) => {
                let children: Vec<Option<TileId>> = parts
                    .iter()
                    .map(|part| part.insert(tiles, placed))
                    .collect();
                let mut tabs = Tabs::new(children.iter().copied().flatten().collect());
                if let Some(Some(front)) = children.get(*front) {
                    tabs.set_active(*front);
                }
                (!tabs.children.is_empty()).then(|| tiles.insert_container(tabs))
            }
        }
    }
}

/// Puts `missing` behind the tabs of which there are fewest, if there are any tabs.
fn add_to_tabs(tiles: &mut Tiles<View>, missing: &[TileId]) -> bool {
    let tabs = tiles.iter().filter_map(|(id, tile)| match tile {
        Tile::Container(Container::Tabs(tabs)) => Some((tabs.children.len(), *id)),
        _ => None,
    });
    let fewest = tabs.min_by_key(|(count, id)| (*count, id.0));
    let Some(Tile::Container(Container::Tabs(tabs))) = fewest.and_then(|(_, id)| tiles.get_mut(id))
    else {
        return false;
    };
    missing.iter().for_each(|&id| tabs.add_child(id));
    true
}

fn insert_linear(
    dir: LinearDir,
    parts: &[(f32, Arrangement)],
    tiles: &mut Tiles<View>,
    placed: &mut Vec<View>,
) -> Option<TileId> {
    let children: Vec<(f32, TileId)> = parts
        .iter()
        .filter_map(|(share, part)| Some((*share, part.insert(tiles, placed)?)))
        .collect();
    let mut linear = Linear::new(dir, children.iter().map(|(_, id)| *id).collect());
    for (share, id) in &children {
        if share.is_finite() && *share > 0.0 {
            linear.shares.set_share(*id, *share);
        }
    }
    (!children.is_empty()).then(|| tiles.insert_container(linear))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(tree: &Tree<View>) -> Vec<View> {
        let mut views: Vec<View> = tree
            .tiles
            .tiles()
            .filter_map(|tile| match tile {
                Tile::Pane(view) => Some(*view),
                Tile::Container(_) => None,
            })
            .collect();
        views.sort_by_key(|view| View::ALL.iter().position(|other| other == view));
        views
    }

    #[test]
    fn every_view_is_there_once_whatever_was_written() {
        let terms = || Arrangement::View(View::TERMS);
        for arrangement in [
            Arrangement::default(),
            Arrangement::all_open(),
            Arrangement::Tabs(7, Vec::new()),
            Arrangement::Rows(vec![(f32::NAN, terms()), (-1.0, terms())]),
            Arrangement::Columns(vec![(1.0, Arrangement::Rows(Vec::new()))]),
            terms(),
        ] {
            assert_eq!(views(&arrangement.tree()), View::ALL, "{arrangement:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let arrangement = Arrangement::default();
        let text = serde_json::to_string(&arrangement).unwrap();
        let read: Arrangement = serde_json::from_str(&text).unwrap();
        assert_eq!(read, arrangement);
        assert_eq!(Arrangement::of(&read.tree()), arrangement);
    }
}
