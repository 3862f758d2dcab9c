#[server(timeout = REQUEST_LIMIT, slow = "250ms")]
impl Geocoder {
    #[init]
    pub fn new() -> Self {
        Self::default()
    }

    #[call(timeout = "1m 30s")]
    pub async fn locate(&self, address: String) -> Result<Point, GeocodeError> {
        self.backend.locate(address).await
    }

    #[call(timeout = Duration::from_secs(3), always)]
    pub fn bill(&mut self, customer: u64) -> Invoice {
        self.bills.close(customer)
    }

    #[call(fallible)]
    pub fn import(&mut self, rows: Vec<Row>) -> Imported {
        self.rows.extend(rows)
    }

    #[call(plain)]
    pub fn last_answer(&self) -> Result<Point, GeocodeError> {
        self.last.clone()
    }
}
