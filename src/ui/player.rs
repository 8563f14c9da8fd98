//! Playing a pass: one timestep per beat, in the time of the screen.

use crate::scene::{Playing, Way};

/// Seconds from one timestep to the next at the usual speed, and how long a long sequence may take as a whole.
const BEAT: f64 = 0.8;
const LONGEST: f64 = 15.0;

/// How many times as fast as usual.
pub const PLAY_SPEEDS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// A pass that is being played, if one is.
#[derive(Clone, Copy, Debug)]
pub struct Player {
    playing: Option<Playing>,
    speed: f64,
    /// The time of the last frame, in seconds.
    last: Option<f64>,
}

impl Default for Player {
    fn default() -> Self {
        Self {
            playing: None,
            speed: 1.0,
            last: None,
        }
    }
}

impl Player {
    /// Begins a pass, rests in one of the same way, goes on, or begins it anew after its end.
    pub fn play(&mut self, way: Way, length: usize) {
        self.last = None;
        self.playing = Some(match self.playing {
            Some(playing) if playing.way == way && !playing.is_over(length) => Playing {
                is_paused: !playing.is_paused,
                ..playing
            },
            _ => Playing::from_start(way, length),
        });
    }

    /// One timestep farther, at rest. Without a pass, a backward one begins.
    pub fn step(&mut self, length: usize) {
        let playing = self
            .playing
            .unwrap_or(Playing::from_start(Way::Back, length));
        // From between two timesteps to the next.
        let by = match playing.way {
            Way::Back => playing.at - (playing.at.ceil() - 1.0),
            Way::Forth => playing.at.floor() + 1.0 - playing.at,
        };
        self.playing = Some(Playing {
            is_paused: true,
            ..playing.moved(by, length)
        });
    }

    /// The next speed, and after the fastest the slowest.
    pub fn change_speed(&mut self) {
        let place = PLAY_SPEEDS.iter().position(|speed| *speed == self.speed);
        let next = place.map_or(0, |place| (place + 1) % PLAY_SPEEDS.len());
        self.speed = PLAY_SPEEDS[next];
    }

    /// How many times as fast as usual.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Ends it. Returns whether there was something to end.
    pub fn stop(&mut self) -> bool {
        self.playing.take().is_some()
    }

    /// Goes on to the frame at the time `now`, in seconds. Returns the timestep it has come to.
    pub fn advance(&mut self, now: f64, length: usize) -> Option<usize> {
        let last = self.last.replace(now);
        let playing = self.playing?;
        if !playing.is_paused && !playing.is_over(length) {
            // A frame that took long is not made up for.
            let passed = last.map_or(0.0, |last| (now - last).clamp(0.0, 0.25));
            let beat = BEAT.min(LONGEST / length.max(1) as f64);
            self.playing = Some(playing.moved(passed * self.speed / beat, length));
        }
        self.playing?.arrived(length)
    }

    /// What is to be seen of it: where motion is to be reduced, only timesteps that it has come to.
    pub fn seen(&self, is_calm: bool) -> Option<Playing> {
        let playing = self.playing?;
        let at = match playing.way {
            Way::Back => playing.at.ceil(),
            Way::Forth => playing.at.floor(),
        };
        Some(if is_calm {
            Playing { at, ..playing }
        } else {
            playing
        })
    }

    /// Whether something moves by itself.
    pub fn is_moving(&self, length: usize) -> bool {
        self.playing
            .is_some_and(|playing| !playing.is_paused && !playing.is_over(length))
    }

    /// Whether a pass is there, moving or at rest.
    pub fn is_there(&self) -> bool {
        self.playing.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three timesteps at 0.8 seconds each, from the loss to the first.
    #[test]
    fn a_pass_takes_a_beat_for_each_timestep_and_rests_when_asked() {
        let mut player = Player::default();
        assert_eq!(player.advance(0.0, 3), None);
        player.play(Way::Back, 3);
        let mut arrived = Vec::new();
        for frame in 0..60 {
            arrived.extend(player.advance(0.05 * f64::from(frame), 3));
        }
        arrived.dedup();
        assert_eq!(arrived, [3, 2, 1]);
        assert!(!player.is_moving(3) && player.is_there());
        // It begins anew, and rests.
        player.play(Way::Back, 3);
        assert!(player.is_moving(3));
        player.play(Way::Back, 3);
        assert!(!player.is_moving(3));
        assert_eq!(player.advance(9.0, 3), None);
        player.step(3);
        assert_eq!(player.advance(9.1, 3), Some(3));
        assert!(player.stop() && !player.stop());
    }

    #[test]
    fn a_long_sequence_takes_no_longer_than_a_quarter_of_a_minute() {
        let mut player = Player::default();
        player.play(Way::Forth, 10_000);
        let frames = (0..16 * 20).map(f64::from);
        for frame in frames {
            player.advance(0.05 * frame, 10_000);
        }
        assert!(!player.is_moving(10_000));
    }

    #[test]
    fn calm_means_from_timestep_to_timestep() {
        let mut player = Player::default();
        player.play(Way::Back, 3);
        player.advance(0.0, 3);
        player.advance(0.2, 3);
        let at = |is_calm| player.seen(is_calm).unwrap().at;
        assert!(at(false) < 4.0 && at(true) == 4.0);
    }

    #[test]
    fn speeds_go_round() {
        let mut player = Player::default();
        let speeds: Vec<f64> = (0..4)
            .map(|_| {
                player.change_speed();
                player.speed()
            })
            .collect();
        assert_eq!(speeds, [2.0, 4.0, 0.5, 1.0]);
    }
}
