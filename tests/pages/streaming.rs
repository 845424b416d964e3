//! A page goes out as it is made.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::site::Site;

const PATIENCE: Duration = Duration::from_secs(30);

async fn read_until(stream: &mut TcpStream, read: &mut Vec<u8>, text: &str) {
    let found = async {
        while !String::from_utf8_lossy(read).contains(text) {
            assert!(stream.read_buf(read).await.unwrap() > 0, "{text}");
        }
    };
    timeout(PATIENCE, found).await.expect(text);
}

#[tokio::test]
async fn each_part_is_there_before_the_next_is_made() {
    let site = Site::default();
    for (stack, address) in site.on_all(true).await {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /slow HTTP/1.1\r\nhost: {address}\r\nx-user: ada\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut read = Vec::new();
        read_until(&mut stream, &mut read, "first").await;
        let so_far = String::from_utf8_lossy(&read).into_owned();
        assert!(so_far.contains("__MIZAN_DATA__"), "{stack}: {so_far}");
        assert!(!so_far.contains("second"), "{stack}: {so_far}");
        site.go_on.notify_one();
        read_until(&mut stream, &mut read, "second").await;
        site.go_on.notify_one();
        read_until(&mut stream, &mut read, "third</body>").await;
    }
}
