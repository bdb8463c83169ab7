//! A corner of the grid: which boundaries meet there, and how they go on.

use super::trace::OUTSIDE;

/// A direction along the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    East,
    South,
    West,
    North,
}

/// All of them.
pub(super) const HEADINGS: [Heading; 4] =
    [Heading::East, Heading::South, Heading::West, Heading::North];

impl Heading {
    /// One cell that way, x then y.
    pub fn step(self) -> (i32, i32) {
        match self {
            Self::East => (1, 0),
            Self::South => (0, 1),
            Self::West => (-1, 0),
            Self::North => (0, -1),
        }
    }

    fn right(self) -> Self {
        match self {
            Self::East => Self::South,
            Self::South => Self::West,
            Self::West => Self::North,
            Self::North => Self::East,
        }
    }

    fn left(self) -> Self {
        self.right().right().right()
    }
}

/// The four cells around a corner of the grid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    /// north-west
    pub nw: u8,
    /// north-east
    pub ne: u8,
    /// south-west
    pub sw: u8,
    /// south-east
    pub se: u8,
}

impl Corner {
    /// The cells on the left and on the right of the edge that leaves the corner.
    pub fn sides(self, heading: Heading) -> (u8, u8) {
        match heading {
            Heading::East => (self.ne, self.se),
            Heading::South => (self.se, self.sw),
            Heading::West => (self.sw, self.nw),
            Heading::North => (self.nw, self.ne),
        }
    }

    /// Whether all four cells are of one class.
    pub fn is_inside(self) -> bool {
        (self.nw ^ self.ne) | (self.sw ^ self.se) | (self.nw ^ self.sw) == 0
    }

    /// Whether two classes meet along that edge.
    pub fn has_edge(self, heading: Heading) -> bool {
        let (left, right) = self.sides(heading);
        left != right
    }

    fn edges(self) -> usize {
        HEADINGS.iter().filter(|h| self.has_edge(**h)).count()
    }

    /// Whether arcs begin and end here.
    pub fn is_junction(self) -> bool {
        match self.edges() {
            3 => true,
            4 => self.nw != self.se && self.ne != self.sw,
            _ => false,
        }
    }

    /// Where a walk that arrives with `heading` goes on; nowhere at a junction.
    pub fn onward(self, heading: Heading) -> Option<Heading> {
        match self.edges() {
            2 => [heading, heading.left(), heading.right()]
                .into_iter()
                .find(|h| self.has_edge(*h)),
            4 if !self.is_junction() => {
                // Joining north-west with south-east leaves the north-east and south-west cells each in a corner
                // of its own: north pairs with east, south with west.
                let from_row = matches!(heading, Heading::East | Heading::West);
                Some(if self.joins_nw_se() == from_row {
                    heading.right()
                } else {
                    heading.left()
                })
            }
            _ => None,
        }
    }

    /// Whether the north-west and south-east cells are joined rather than the other two.
    fn joins_nw_se(self) -> bool {
        let rank = |class: u8| if class == 0 { OUTSIDE } else { class };
        self.nw == self.se && (self.ne != self.sw || rank(self.nw) < rank(self.ne))
    }
}
