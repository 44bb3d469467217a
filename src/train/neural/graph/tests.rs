use super::*;

fn graph(start: Option<&Network>, tasks: &[Task], word: usize) -> Graph {
    let sizes = Sizes {
        vector: 0,
        filters: 4,
        word,
        hidden: 3,
        query: 2,
    };
    let words: FxHashMap<u64, u32> = [(7, 0)].into_iter().take(word).collect();
    Graph::new(
        sizes,
        Arc::default(),
        Arc::default(),
        words,
        tasks,
        start,
        1,
    )
    .unwrap()
}

#[test]
fn begins_where_the_encoder_ended() {
    let values = |graph: &Graph| -> Vec<Vec<f32>> {
        let plain = |var: &Var| var.flatten_all().unwrap().to_vec1().unwrap();
        graph.vars.iter().map(plain).collect()
    };
    let before = graph(None, &[], 0);
    let encoder = before.network(&values(&before)).unwrap();
    let task = Task {
        name: "x".to_owned(),
        labels: vec!["PER".to_owned()],
    };
    let after = graph(Some(&encoder), &[task], 1);
    let tagger = after.network(&values(&after)).unwrap();
    assert_eq!(tagger.recurrent, encoder.recurrent);
    assert_eq!(tagger.query, encoder.query);
    let far = tagger.chars.iter().zip(&encoder.chars);
    assert!(far.into_iter().all(|(a, b)| (a - b).abs() < 1e-5));
    // characters, the learned word, shapes, names
    let wide = 8 * 3;
    assert_eq!(tagger.input[..4 * wide], encoder.input[..4 * wide]);
    assert!(tagger.input[4 * wide..5 * wide].iter().all(|&x| x == 0.0));
    let shapes = usize::from(FIRST_NAME) * wide;
    assert_eq!(
        tagger.input[5 * wide..5 * wide + shapes],
        encoder.input[4 * wide..4 * wide + shapes]
    );
    let pace = after.pace(0.5);
    assert_eq!(pace[INPUT][..5], [0.5, 0.5, 0.5, 0.5, 1.0]);
    assert_eq!(pace[CHAR][0], 0.0);
}
