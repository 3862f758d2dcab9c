impl<K: Key, const N: usize> Disk<K, N>
where
    Self: Sized,
{
    async fn get(&self, key: K) -> Option<[Self; N]> {
        self.file.read(key).await
    }
}

impl<K: Key, const N: usize>
    ::callcast::__private::Handles<
        ::callcast::__private::ProtocolOf<dyn Cache<K, [Disk<K, N>; N]>, Disk<K, N>>,
    > for Disk<K, N>
where
    Disk<K, N>: Sized,
{
    const KIND: () = ();
    const HANDLERS : < :: callcast :: __private :: ProtocolOf < dyn Cache < K , [Disk < K , N > ; N] > , Disk < K , N > > as :: callcast :: __private :: Spoken > :: Handlers < Self > = { type Handlers < T > = T ; Handlers :: < < :: callcast :: __private :: ProtocolOf < dyn Cache < K , [Disk < K , N > ; N] > , Disk < K , N > > as :: callcast :: __private :: Spoken > :: Handlers < Self > > { get : :: callcast :: __private :: Handler :: serves (| server , _ , (key ,) | :: callcast :: __private :: Box :: pin (async move { let value = :: callcast :: __private :: sendable (Self :: get (server , :: callcast :: __private :: passed :: < K , _ > (key))) . await ; :: callcast :: __private :: returned (value) })) , } } ;
}
