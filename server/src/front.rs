//! What stands before the router: a tile that is kept and right is answered at once.
//!
//! Most requests are for such tiles, and finding the route, going through the layers over it and taking the address apart
//! costs several times what the answer does. So an address that is plainly a tile's is looked up in the cache first.
//! Whatever is not answered by that goes to the router, as does every address that has to be refused. The answers are the
//! router's own: the same headers, counted and logged as the same route.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::Method;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use axum::serve::{IncomingStream, Listener};
use futures_util::future::Either;
use tower::Service;

use crate::app::AppState;
use crate::tiles::kept::KeptTile;
use crate::{edge, router};

/// The whole service, for one connection.
#[derive(Clone)]
pub struct Front {
    app: AppState,
    router: Router,
    /// Who is at the other end; nobody in tests.
    peer: Option<SocketAddr>,
}

impl Front {
    /// The service of these parts.
    pub fn new(app: AppState) -> Self {
        Self {
            router: router::router(Arc::clone(&app)),
            app,
            peer: None,
        }
    }

    fn at_once(&self, request: &Request) -> Option<Response> {
        if request.method() != Method::GET {
            return None;
        }
        let tile = KeptTile::asked(request.uri(), request.headers())?;
        edge::at_once(&self.app, request.headers(), KeptTile::ROUTE, || {
            tile.answer(&self.app, request.headers())
        })
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if let Some(response) = self.at_once(&request) {
            return Either::Left(ready(Ok(response)));
        }
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        Either::Right(self.router.call(request))
    }
}

/// Makes the service of each connection.
pub struct Fronts(pub Front);

impl<L: Listener<Addr = SocketAddr>> Service<IncomingStream<'_, L>> for Fronts {
    type Response = Front;
    type Error = Infallible;
    type Future = Ready<Result<Front, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, stream: IncomingStream<'_, L>) -> Self::Future {
        ready(Ok(Front {
            peer: Some(*stream.remote_addr()),
            ..self.0.clone()
        }))
    }
}
