//! Reading a theme through, without a shard.

use super::PostgisStore;
use super::rows::read_rows;
use crate::feature::NewFeature;
use crate::store::StoreError;
use crate::theme::Theme;

impl PostgisStore {
    /// Gives every row of a theme to `each`, whatever its dataset.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub fn rows(&self, theme: &Theme, mut each: impl FnMut(NewFeature)) -> Result<(), StoreError> {
        self.run(async {
            let mut connection = self.hosts.primary().await?;
            read_rows(&mut connection, theme, "", |_, row| {
                each(row.feature);
                Ok(())
            })
            .await
        })
    }
}
