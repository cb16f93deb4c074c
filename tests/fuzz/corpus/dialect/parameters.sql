select e:b, :b:b, 'x':b, :b'x', u&:b, 1:a, (:a)-:a;
